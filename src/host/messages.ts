import * as vscode from 'vscode';
import { plainLines, plainText } from './format';

/**
 * Notifications and questions are opened only in this module. Their texts quote names and messages from files, so they are made
 * safe here.
 * @returns the chosen action; undefined if none was chosen
 */
export function showError<T extends string>(message: string, ...actions: T[]): Thenable<T | undefined> {
  return vscode.window.showErrorMessage(plainText(message), ...actions);
}

export function showWarning<T extends string>(message: string, ...actions: T[]): Thenable<T | undefined> {
  return vscode.window.showWarningMessage(plainText(message), ...actions);
}

export function showInformation<T extends string>(message: string, ...actions: T[]): Thenable<T | undefined> {
  return vscode.window.showInformationMessage(plainText(message), ...actions);
}

/** How long a line of the status bar is shown, in ms. */
const ANNOUNCED_MS = 8000;

/** Says in the status bar what a command has done, where its result is small and may be out of sight. */
export function announce(message: string): void {
  vscode.window.setStatusBarMessage(plainText(message), ANNOUNCED_MS);
}

/** Says in the status bar what is waited for, until it is done. */
export function showWorking(message: string, work: Promise<unknown>): void {
  const options = { location: vscode.ProgressLocation.Window, title: plainText(message) };
  void vscode.window.withProgress(options, () => work);
}

/** Asks for confirmation before data is lost. @param action label of the button */
export async function confirm(question: string, detail: string, action: string): Promise<boolean> {
  const options = { modal: true, detail: plainLines(detail) };
  return (await vscode.window.showWarningMessage(plainText(question), options, action)) === action;
}

/** Asks for confirmation of an action that loses nothing. @param action label of the button */
export async function agree(question: string, detail: string, action: string): Promise<boolean> {
  const options = { modal: true, detail: plainLines(detail) };
  return (await vscode.window.showInformationMessage(plainText(question), options, action)) === action;
}
