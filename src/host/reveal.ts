import * as vscode from 'vscode';
import { fileUri } from './local-files';

/** Shows a file where files are listed: in the system's file manager or, if the editor runs elsewhere, in its file explorer. */
export async function reveal(path: string): Promise<void> {
  const isRemote = vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
  const command = isRemote ? 'revealInExplorer' : 'revealFileInOS';
  await vscode.commands.executeCommand(command, fileUri(path));
}
