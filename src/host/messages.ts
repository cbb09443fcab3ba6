import * as vscode from 'vscode';
import { plainLines, plainText } from './format';

/**
 * Notifications and questions: the only place that opens them. Their texts quote names and messages that come from files, so
 * each is made harmless here. @returns the action that was chosen; undefined for none
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

/** Asks before something is lost. @param action what the button says */
export async function confirm(question: string, detail: string, action: string): Promise<boolean> {
  const options = { modal: true, detail: plainLines(detail) };
  return (await vscode.window.showWarningMessage(plainText(question), options, action)) === action;
}

/** Asks before something is done that loses nothing. @param action what the button says */
export async function agree(question: string, detail: string, action: string): Promise<boolean> {
  const options = { modal: true, detail: plainLines(detail) };
  return (await vscode.window.showInformationMessage(plainText(question), options, action)) === action;
}
