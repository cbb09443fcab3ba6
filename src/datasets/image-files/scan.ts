import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { SkippedFile } from '../dataset';
import { fileProblem } from '../../images/read-file';
import { startsLikeImage } from '../../images/codecs/decode';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';
import { startsOf } from './file-starts';
import { isImageName, mayBeImage } from './image-names';
import { NoDataCount, noDataOfName, noDataOfPath } from './no-data';
import { unreadKind, unreadKindOf, UnreadFiles } from './unread-kinds';
import { namesNotInUtf8, REPLACEMENT } from './utf8-names';

/** Limit of the entries that are visited only to count pictures that are no data. */
const MAX_ENTRIES_WITHOUT_DATA = 100_000;

export interface Scan {
  /** Paths relative to the root, with '/', in UTF-16 code unit order. */
  readonly files: readonly string[];
  readonly skipped: readonly SkippedFile[];
  /** Pictures left out by `noDataOfName`. */
  readonly noData: NoDataCount;
  /** Files of kinds that are not read. */
  readonly unread: UnreadFiles;
}

export interface ScanOptions {
  /** By the rules 1, only names tell which files are images, fewer formats are known, and only hidden names stand for no data. */
  readonly rules?: ReadingRules;
  /** Ends the scan once so many images are found, for those who only ask whether there are any. */
  readonly enough?: number;
  readonly signal?: AbortSignal;
}

/**
 * Finds all image files in a folder and its subfolders: by their names, or by their first bytes if they have no suffix or one that is
 * often wrong. Leaves out what is no data by its name, and ignores other file types.
 * Never follows symbolic links: targets inside the folder are found at their real location, so each file counts once,
 * cyclic links are harmless, and nothing outside the folder is read.
 * @throws DataError if the root folder cannot be read
 */
export async function scanImages(
  root: string,
  { rules = 2, enough = Infinity, signal }: ScanOptions = {},
): Promise<Scan> {
  const files: string[] = [];
  const skipped: SkippedFile[] = [];
  const noData = new NoDataCount();
  const unread = new UnreadFiles();
  /** Files of which only the content tells whether they are images. */
  const unsure: string[] = [];
  const kindOf = (name: string) =>
    rules === 1 ? (name.startsWith('.') ? 'hidden files and folders' : undefined) : noDataOfName(name);
  const withoutData: { readonly path: string; readonly kind: NonNullable<ReturnType<typeof kindOf>> }[] = [];
  const isEnough = (): boolean => files.length >= enough;
  const folders = [''];
  while (folders.length > 0 && !isEnough()) {
    signal?.throwIfAborted();
    const folder = folders.pop()!;
    for (const entry of await entriesOf(root, folder, (problem) => skipped.push(problem))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const kind = kindOf(entry.name);
      if (kind !== undefined) {
        if (entry.isDirectory()) withoutData.push({ path, kind });
        else if (entry.isFile() && isImageName(entry.name, rules)) noData.add(kind, path);
        continue;
      }
      const other = rules === 1 ? undefined : unreadKind(entry.name);
      if (entry.isDirectory()) {
        // A Zarr array is a folder of thousands of files without suffix.
        if (other?.isFolder) unread.add(path, other);
        else folders.push(path);
      } else if (entry.isFile() && isImageName(entry.name, rules)) files.push(path);
      else if (entry.isFile() && rules !== 1 && mayBeImage(entry.name)) unsure.push(path);
      else {
        if (entry.isFile() && other) unread.add(path, other);
        const reason = await whyNot(root, path, entry, rules);
        if (reason) skipped.push({ path, reason });
      }
    }
  }
  for await (const { path, start } of startsOf(root, unsure, signal)) {
    if (isEnough()) break;
    const other = unreadKind(path) ?? unreadKindOf(start);
    if (startsLikeImage(start)) files.push(path);
    else if (other) unread.add(path, other);
  }
  let left = MAX_ENTRIES_WITHOUT_DATA;
  for (const { path, kind } of withoutData) {
    if (isEnough()) break;
    for await (const picture of picturesBelow(root, path, () => left-- > 0, signal))
      noData.add(kind, picture);
  }
  noData.isCut = left < 0;
  return {
    files: files.sort(byCodeUnits),
    skipped: skipped.sort((a, b) => byCodeUnits(a.path, b.path)),
    noData,
    unread,
  };
}

/**
 * Returns what lies in a folder. Reports the folder if it cannot be read, and names in it that are not UTF-8.
 * @throws DataError if it is the root and cannot be read
 */
async function entriesOf(
  root: string,
  folder: string,
  onProblem: (problem: SkippedFile) => void,
): Promise<Dirent[]> {
  const whole = join(root, folder);
  try {
    const entries = await readdir(whole, { withFileTypes: true });
    if (!entries.some(({ name }) => name.includes(REPLACEMENT))) return entries;
    const wrong = await namesNotInUtf8(whole);
    for (const entry of entries) {
      const name = wrong.get(entry.name);
      if (name === undefined || !(entry.isDirectory() || isImageName(entry.name))) continue;
      const what = entry.isDirectory() ? 'a folder whose name' : 'its name';
      const reason = `${what} is not UTF-8 (${name}): rename it, for example with convmv`;
      onProblem({ path: folder === '' ? entry.name : `${folder}/${entry.name}`, reason });
    }
    return entries.filter(({ name }) => !wrong.has(name));
  } catch (error) {
    if (folder === '') throw new DataError(`${root}: ${fileProblem(error)}`);
    onProblem({ path: folder, reason: fileProblem(error) });
    return [];
  }
}

/** Yields the pictures in a folder and its subfolders, for counting, as long as `goesOn` before each entry. */
async function* picturesBelow(
  root: string,
  top: string,
  goesOn: () => boolean,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const folders = [top];
  while (folders.length > 0) {
    signal?.throwIfAborted();
    const folder = folders.pop()!;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!goesOn()) return;
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && isImageName(entry.name)) yield path;
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
  const isImage = isImageName(entry.name, rules);
  if (!entry.isSymbolicLink()) return isImage ? 'not a regular file' : undefined;
  try {
    const real = await realpath(join(root, path));
    const isInside = real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
    if (!isInside) {
      const worthSaying = isImage || (await stat(real)).isDirectory();
      return worthSaying
        ? 'a link to a place outside of the folder: copy the file that it points to'
        : undefined;
    }
    if (!isImage) return undefined;
    const place = relative(root, real).replaceAll(sep, '/');
    const advice = 'copy the file that it points to';
    if (noDataOfPath(place) !== undefined)
      return `a link to a hidden file, or one that is not data: ${advice}`;
    return isImageName(real) ? undefined : `a link to a file that is not named like a picture: ${advice}`;
  } catch (error) {
    return isImage ? `a broken link: ${fileProblem(error)}` : undefined;
  }
}

/** Compares independently of the machine's locale. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
