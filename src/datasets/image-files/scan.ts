import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { SkippedFile } from '../dataset';
import { fileProblem } from '../../images/read-file';
import { DataError } from '../../images/data-error';

/** Image file names, including unsupported formats, so that these are listed as skipped with the reason. */
const IMAGE_NAME = /\.(png|jpe?g|jpe|jfif|apng|gif|webp|bmp|tiff?|svg|avif|heic)$/i;

export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name);
}

export interface Scan {
  /** Paths relative to the root, with '/', in UTF-16 code unit order. */
  readonly files: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Finds all image files in a folder and its subfolders. Ignores hidden names (with a leading dot) and other file types.
 * Never follows symbolic links: targets inside the folder are found at their real location, so each file counts once,
 * cyclic links are harmless, and nothing outside the folder is read.
 * @throws DataError if the root folder cannot be read
 */
export async function scanImages(root: string, signal?: AbortSignal): Promise<Scan> {
  const files: string[] = [];
  const skipped: SkippedFile[] = [];
  for await (const { path, entry } of entriesOf(root, (folder) => skipped.push(folder), signal)) {
    if (entry.isFile() && isImageName(entry.name)) files.push(path);
    else {
      const reason = await whyNot(root, path, entry);
      if (reason) skipped.push({ path, reason });
    }
  }
  return { files: files.sort(byCodeUnits), skipped: skipped.sort((a, b) => byCodeUnits(a.path, b.path)) };
}

/** Whether a folder or one of its subfolders has a file named like an image; ends at the first. @throws as `scanImages` */
export async function hasImages(root: string): Promise<boolean> {
  for await (const { path, entry } of entriesOf(root, () => undefined))
    if (entry.isFile() && isImageName(path)) return true;
  return false;
}

/** Yields what lies in a folder and its subfolders, without hidden names. @throws DataError if the root cannot be read */
async function* entriesOf(
  root: string,
  onUnreadable: (folder: SkippedFile) => void,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly path: string; readonly entry: Dirent }> {
  const folders = [''];
  while (folders.length > 0) {
    signal?.throwIfAborted();
    const folder = folders.pop()!;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      if (folder === '') throw new DataError(`${root}: ${fileProblem(error)}`);
      onUnreadable({ path: folder, reason: fileProblem(error) });
      return [];
    });
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else yield { path, entry };
    }
  }
}

/** Returns the reason to list an entry that is neither a folder nor an image as skipped; undefined if nothing is lost. */
async function whyNot(root: string, path: string, entry: Dirent): Promise<string | undefined> {
  if (entry.isFile()) return undefined;
  if (!entry.isSymbolicLink()) return isImageName(entry.name) ? 'not a regular file' : undefined;
  try {
    const real = await realpath(join(root, path));
    if (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      const hidden = relative(root, real)
        .split(sep)
        .some((name) => name.startsWith('.'));
      return hidden && isImageName(entry.name) ? 'a link to a hidden file' : undefined;
    }
    const worthSaying = isImageName(entry.name) || (await stat(real)).isDirectory();
    return worthSaying
      ? 'a link to a place outside of the folder: copy the file that it points to'
      : undefined;
  } catch (error) {
    return isImageName(entry.name) ? `a broken link: ${fileProblem(error)}` : undefined;
  }
}

/** Compares independently of the machine's locale. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
