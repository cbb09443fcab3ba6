import * as vscode from 'vscode';
import { localFolders } from './settings';

/** Asks where to save a picture, beside the workspace's files at first, and writes it there; false when nobody chose. */
export async function savePicture(name: string, png: Uint8Array): Promise<boolean> {
  const home = localFolders()[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Picture'),
    filters: { PNG: ['png'] },
    ...(home && { defaultUri: vscode.Uri.joinPath(home, `${name}.png`) }),
  });
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, png);
  return true;
}
