import * as vscode from 'vscode';
import { fileUri } from './local-files';

export async function openFile(path: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', fileUri(path));
}
