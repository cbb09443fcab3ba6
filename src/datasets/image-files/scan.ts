import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { SkippedFile } from '../dataset';
import { fileProblem } from '../../images/read-file';
import { startsLikeImage } from '../../images/codecs/decode';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../images/reading';
import { startsOf } from './file-starts';
import { isImageName, mayBeImage } from './image-names';
import { unreadKind, unreadKindOf, UnreadFiles } from './unread-kinds';

export interface Scan {
  /** Paths relative to the root, with '/', in UTF-16 code unit order. */
  readonly files: readonly string[];
  readonly skipped: readonly SkippedFile[];
  /** Files of kinds that are not read. */
  readonly unread: UnreadFiles;
}

export interface ScanOptions {
  /** By the rules 1, only names tell which files are images, and fewer formats are known. */
  readonly rules?: ReadingRules;
  readonly signal?: AbortSignal;
}

/**
 * Finds all image files in a folder and its subfolders: by their names, or by their first bytes if they have no suffix or one that is
 * often wrong. Ignores hidden names (with a leading dot) and other file types.
 * Never follows symbolic links: targets inside the folder are found at their real location, so each file counts once,
 * cyclic links are harmless, and nothing outside the folder is read.
 * @throws DataError if the root folder cannot be read
 */
export async function scanImages(root: string, { rules = 2, signal }: ScanOptions = {}): Promise<Scan> {
  const files: string[] = [];
  const skipped: SkippedFile[] = [];
  const unread = new UnreadFiles();
  const unsure: string[] = [];
  for await (const { path, entry } of entriesOf(
    root,
    { rules, unread },
    (folder) => skipped.push(folder),
    signal,
  )) {
    if (entry.isFile() && isImageName(entry.name, rules)) files.push(path);
    else if (entry.isFile() && rules === 2 && mayBeImage(entry.name)) unsure.push(path);
    else {
      const kind = entry.isFile() && rules === 2 ? unreadKind(entry.name) : undefined;
      if (kind) unread.add(path, kind);
      const reason = await whyNot(root, path, entry, rules);
      if (reason) skipped.push({ path, reason });
    }
  }
  for await (const { path, start } of startsOf(root, unsure, signal)) {
    const kind = unreadKind(path) ?? unreadKindOf(start);
    if (startsLikeImage(start)) files.push(path);
    else if (kind) unread.add(path, kind);
  }
  return {
    files: files.sort(byCodeUnits),
    skipped: skipped.sort((a, b) => byCodeUnits(a.path, b.path)),
    unread,
  };
}

/** Whether a folder or one of its subfolders has an image; ends at the first. @throws as `scanImages` */
export async function hasImages(root: string): Promise<boolean> {
  const unsure: string[] = [];
  for await (const { path, entry } of entriesOf(
    root,
    { rules: 2, unread: new UnreadFiles() },
    () => undefined,
  )) {
    if (!entry.isFile()) continue;
    if (isImageName(path)) return true;
    if (mayBeImage(entry.name)) unsure.push(path);
  }
  for await (const { start } of startsOf(root, unsure)) if (startsLikeImage(start)) return true;
  return false;
}

/** Yields what lies in a folder and its subfolders, without hidden names. @throws DataError if the root cannot be read */
async function* entriesOf(
  root: string,
  { rules, unread }: { readonly rules: ReadingRules; readonly unread: UnreadFiles },
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
      // A Zarr array is a folder of thousands of files without suffix.
      const kind = entry.isDirectory() && rules === 2 ? unreadKind(entry.name) : undefined;
      if (kind?.isFolder) unread.add(path, kind);
      else if (entry.isDirectory()) folders.push(path);
      else yield { path, entry };
    }
  }
}

/** Returns the reason to list an entry that is neither a folder nor an image as skipped; undefined if nothing is lost. */
async function whyNot(
  root: string,
  path: string,
  entry: Dirent,
  rules: ReadingRules,
): Promise<string | undefined> {
  if (entry.isFile()) return undefined;
  if (!entry.isSymbolicLink()) return isImageName(entry.name, rules) ? 'not a regular file' : undefined;
  try {
    const real = await realpath(join(root, path));
    if (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      const hidden = relative(root, real)
        .split(sep)
        .some((name) => name.startsWith('.'));
      return hidden && isImageName(entry.name, rules) ? 'a link to a hidden file' : undefined;
    }
    const worthSaying = isImageName(entry.name, rules) || (await stat(real)).isDirectory();
    return worthSaying
      ? 'a link to a place outside of the folder: copy the file that it points to'
      : undefined;
  } catch (error) {
    return isImageName(entry.name, rules) ? `a broken link: ${fileProblem(error)}` : undefined;
  }
}

/** Compares independently of the machine's locale. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
