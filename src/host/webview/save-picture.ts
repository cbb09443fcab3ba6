import * as vscode from 'vscode';
import type { FilmFormat } from '../../protocol/panel';
import type { FilmFile } from '../../protocol/schemas/files';
import { localFolders } from '../settings';

/** Asks where to save a picture, initially in the workspace, and writes it; false if the user cancelled. */
export function savePicture(name: string, png: Uint8Array): Promise<boolean> {
  return saveFile(vscode.l10n.t('Save Picture'), name, 'png', png);
}

/** Asks where to save a film, initially in the workspace, and writes it; false if the user cancelled. */
export function saveFilm(name: string, { format, bytes }: FilmFile): Promise<boolean> {
  return saveFile(vscode.l10n.t('Save Film'), name, format, bytes);
}

/** Asks for one of the formats; null if the user cancelled. Nothing is asked if there is only one. */
export async function askFilmFormat(formats: readonly FilmFormat[]): Promise<FilmFormat | null> {
  const details: Readonly<Record<FilmFormat, string>> = {
    mp4: vscode.l10n.t('a video, once through'),
    webm: vscode.l10n.t('a video, once through'),
    gif: vscode.l10n.t('an animated picture that repeats, wherever pictures are shown'),
  };
  const items = formats.map((format) => ({
    ...{ label: format.toUpperCase(), description: details[format] },
    format,
  }));
  const chosen =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Save Film') });
  return chosen?.format ?? null;
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
