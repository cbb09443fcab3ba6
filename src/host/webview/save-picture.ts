import * as vscode from 'vscode';
import { localFolders } from '../settings';

/** Asks where to save a picture, initially in the workspace, and writes it; false if the user cancelled. */
export function savePicture(name: string, png: Uint8Array): Promise<boolean> {
  return saveFile(vscode.l10n.t('Save Picture'), name, 'png', png);
}

/** Asks where to save a film, initially in the workspace, and writes it; false if the user cancelled. */
export function saveFilm(name: string, gif: Uint8Array): Promise<boolean> {
  return saveFile(vscode.l10n.t('Save Film'), name, 'gif', gif);
}

/** Returns a name for a file: that of a run may have characters that no file system, or not every one, accepts. */
const fileName = (name: string): string => name.replace(/[\\/:*?"<>|]+/g, '-');

/** Asks where to save a file and writes it; `extension` has no dot. False if the user cancelled. */
async function saveFile(title: string, name: string, extension: string, bytes: Uint8Array): Promise<boolean> {
  const home = localFolders()[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title,
    filters: { [extension.toUpperCase()]: [extension] },
    ...(home && { defaultUri: vscode.Uri.joinPath(home, `${fileName(name)}.${extension}`) }),
  });
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, bytes);
  return true;
}
