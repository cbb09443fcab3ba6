import * as vscode from 'vscode';
import { localFolders } from '../settings';

/** Asks where to save a picture, beside the workspace's files at first, and writes it there; false when nobody chose. */
export function savePicture(name: string, png: Uint8Array): Promise<boolean> {
  return saveFile(vscode.l10n.t('Save Picture'), name, 'png', png);
}

/** The same for any file; `extension` without its dot. */
export async function saveFile(
  title: string,
  name: string,
  extension: string,
  bytes: Uint8Array,
): Promise<boolean> {
  const home = localFolders()[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title,
    filters: { [extension.toUpperCase()]: [extension] },
    ...(home && { defaultUri: vscode.Uri.joinPath(home, `${name}.${extension}`) }),
  });
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, bytes);
  return true;
}
