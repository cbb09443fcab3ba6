import type { DatasetNote } from '../domain/dataset-notes';
import { DataError } from '../images/data-error';
import type { ImageFile } from '../images/image-file';
import { MAX_FILE_BYTES } from '../images/read-file';
import type { ReadingChoice, ReadingRules } from '../domain/reading';
import type { ImageChoice, SkippedFile } from './dataset';
import { NoDataCount, noDataOfPath } from './image-files/no-data';
import { whyNoImages } from './image-files/no-images';
import { PathSelection } from './image-files/path-selection';
import { isImageName, mayBeImage } from './image-files/image-names';
import { START_BYTES, unreadKind, unreadKindOf, UnreadFiles } from './image-files/unread-kinds';
import { startsLikeImage } from '../images/codecs/decode';

/** A file in an archive. */
export interface ArchiveEntry {
  /** Path in the archive, with '/'. */
  readonly path: string;
  /** Size in bytes, not compressed. */
  readonly size: number;
}

/** An archive whose files can be read one at a time. */
export interface Archive<E extends ArchiveEntry> {
  /** The archive's file name. */
  readonly name: string;
  readonly entries: readonly E[];
  /** Reads a file; with `limit`, possibly only its first bytes. @throws DataError with a short reason */
  read(entry: E, limit?: number): Promise<Uint8Array>;
}

/** The images of an archive, and entries that look like images but cannot be used. */
export interface ArchiveImages {
  readonly images: readonly (ImageFile & { readonly path: string })[];
  readonly skipped: readonly SkippedFile[];
  /** Ids of the pages of files that are left out, though their files are not. */
  readonly pagesLeftOut: readonly string[];
  readonly notes: readonly DatasetNote[];
}

/** Limit of entries that are looked at because their names do not tell what they are. */
const MAX_UNSURE = 100_000;

/**
 * Finds the chosen images of an archive, sorted by path, as in a folder with the same files.
 * @throws DataError if there are no images, or none or too few are chosen
 */
export async function archiveImages<E extends ArchiveEntry>(
  archive: Archive<E>,
  choice: ImageChoice & ReadingChoice,
): Promise<ArchiveImages> {
  const { rules } = choice;
  const skipped: SkippedFile[] = [];
  const noData = new NoDataCount();
  const byPath = new Map<string, E>();
  const selection = new PathSelection(choice, { rules });
  const unread = new UnreadFiles();
  let looked = 0;
  for (const entry of archive.entries) {
    const kind = noDataOfEntry(entry.path, rules);
    const path = rules === 1 ? entry.path : entry.path.replace(/^(\.\/)+/, '');
    if (!isImageName(entry.path, rules)) {
      if (rules === 1 || kind !== undefined) continue;
      const isUnsure = mayBeImage(entry.path) && looked++ < MAX_UNSURE;
      const start = isUnsure ? await startOf(archive, entry) : null;
      if (!start || !startsLikeImage(start)) {
        const other = unreadKind(entry.path) ?? (start ? unreadKindOf(start) : undefined);
        if (other) unread.add(path, other);
        continue;
      }
    }
    if (kind !== undefined) noData.add(kind, path);
    // The first of duplicate names wins; programs differ in which one they read, so the others are reported.
    else if (!byPath.has(path)) byPath.set(path, entry);
    else if (selection.has(path)) skipped.push({ path, reason: 'a second entry of this name' });
  }
  const all = [...byPath.keys()].sort();
  const paths = selection.filter(archive.name, all);
  const why = all.length === 0 ? whyNoImages({ skipped, noData, unread }) : '';
  if (why !== '') throw new DataError(`${archive.name}: no images found${why}`);
  const images = paths.map((path) => {
    const entry = byPath.get(path)!;
    return {
      ...{ id: `${archive.name}#${path}`, path, size: entry.size },
      read: (limit?: number) => readImage(archive, entry, limit),
    };
  });
  const notes = selection.notes(archive.name, all, paths.length, rules === undefined && all.length > 0);
  const pagesLeftOut = selection.pagesLeftOut(all).map((page) => `${archive.name}#${page}`);
  return { images, skipped, pagesLeftOut, notes: [...notes, ...noData.notes(), ...unread.notes()] };
}

/** Whether an entry is an image, and not left out as no data. */
export function isImageEntry({ path }: ArchiveEntry, rules: ReadingRules | undefined): boolean {
  return isImageName(path, rules) && noDataOfEntry(path, rules) === undefined;
}

/** By the rules 1, only hidden files and the metadata files of macOS are no data. */
function noDataOfEntry(path: string, rules: ReadingRules | undefined) {
  if (rules !== 1) return noDataOfPath(path);
  return /(^|\/)(\.|__MACOSX\/)/.test(path) ? 'hidden files and folders' : undefined;
}

/** Reads the first bytes of an entry; null if it cannot be read. */
async function startOf<E extends ArchiveEntry>(archive: Archive<E>, entry: E): Promise<Uint8Array | null> {
  if (entry.size > MAX_FILE_BYTES) return null;
  return archive.read(entry, START_BYTES).then(
    (bytes) => bytes.subarray(0, START_BYTES),
    () => null,
  );
}

async function readImage<E extends ArchiveEntry>(
  archive: Archive<E>,
  entry: E,
  limit?: number,
): Promise<Uint8Array> {
  if (entry.size <= MAX_FILE_BYTES) return archive.read(entry, limit);
  throw new DataError(`file too large: ${entry.size} bytes, limit ${MAX_FILE_BYTES}`);
}
