import * as vscode from 'vscode';

/** Whether the engine can read a file: it must be on this machine. */
export const isLocal = ({ scheme }: vscode.Uri): boolean => scheme === 'file';

/** Returns the URI of a path that the engine reads. */
export const fileUri = (path: string): vscode.Uri => vscode.Uri.file(path);

/** Returns the path by which the engine reads a file. */
export const localPath = ({ fsPath }: vscode.Uri): string => fsPath;

/** Scheme of the files that the engine reads. */
export const localScheme = (): string => 'file';
