import { basename } from 'node:path';
import { chosenLabels } from '../labels/csv-labels';
import type { ImageChoice, SkippedFile } from '../dataset';
import { loadImageFiles } from '../image-files/load-image-files';
import { MAX_FILE_BYTES } from '../../images/read-file';
import { leaveOut } from '../exclude-images';
import { isArrayPath, loadNpz } from '../arrays/npz';
import type { LoadedImages, LoadOptions } from '../load-options';
import { pathMatcher } from '../image-files/path-patterns';
import { RandomAccessFile } from './random-access';
import { isImageName, mayBeImage } from '../image-files/image-names';
import { START_BYTES, unreadKind, unreadKindOf, UnreadFiles } from '../image-files/unread-kinds';
import { startsLikeImage } from '../../images/codecs/decode';
import type { DatasetNote } from '../../domain/dataset-notes';
import type { ReadingRules } from '../../images/reading';
import { folderNames } from '../labels/labels';
import { ZipArchive } from './zip';
import type { ZipEntry } from './zip-directory';
import { DataError } from '../../images/data-error';
import type { ImageFile } from '../../images/image-file';

/** The images of an archive, and entries that look like images but cannot be used. */
export interface ZipImages {
  readonly images: readonly (ImageFile & { readonly path: string })[];
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly DatasetNote[];
}

/** Entries without a suffix that are looked at. */
const MAX_UNSURE = 100_000;

/**
 * Loads a ZIP archive of images, like a folder with the same files, or of arrays (`.npz`, see `loadNpz`). Folders common to
 * all images do not count as labels.
 * @throws DataError that names the archive
 */
export async function loadZip(
  path: string,
  choice: ImageChoice,
  options: LoadOptions,
): Promise<LoadedImages> {
  const name = basename(path).replace(/\.(zip|npz)$/i, '') || 'images';
  return RandomAccessFile.use(path, async (file) => {
    const archive = await ZipArchive.open(file, options.signal);
    const { rules } = options.reading ?? {};
    if (holdsArrays(archive, rules)) {
      if (choice.include || choice.exclude || choice.labels !== undefined) {
        throw new DataError(
          `${file.name}: an archive of arrays; patterns and labels are for folders and images`,
        );
      }
      const leftOut = choice.leftOut?.map((inside) => `${archive.name}#${inside}`);
      return leaveOut(await loadNpz(name, path, archive, options), leftOut);
    }
    const { images, skipped, notes: found } = await zipImages(archive, choice, rules);
    if (images.length === 0 && found[0])
      throw new DataError(`${file.name}: no images found: ${found.map(({ text }) => text).join('; ')}`);
    const { used, ...loaded } = await loadImageFiles(file.name, images, [path], options);
    const paths = used.map((image) => image.path);
    const { labels, notes } = await chosenLabels(paths, choice, folderNames, rules);
    return { name, ...loaded, labels, notes: [...found, ...notes], skipped: [...skipped, ...loaded.skipped] };
  });
}

/** Whether an archive contains arrays and no images. */
export function holdsArrays({ entries }: ZipArchive, rules?: ReadingRules): boolean {
  return entries.some(({ path }) => isArrayPath(path)) && !entries.some(({ path }) => isPicture(path, rules));
}

/** Finds the chosen images of an archive, sorted by path; entries without a suffix by their first bytes. */
export async function zipImages(
  archive: ZipArchive,
  choice: ImageChoice,
  rules: ReadingRules = 2,
): Promise<ZipImages> {
  const matches = pathMatcher(choice);
  const skipped: SkippedFile[] = [];
  const unread = new UnreadFiles();
  const byPath = new Map<string, ZipEntry>();
  let looked = 0;
  for (const entry of archive.entries) {
    if (isHidden(entry.path) || !matches(entry.path)) continue;
    const isUnsure = rules === 2 && mayBeImage(entry.path) && looked++ < MAX_UNSURE;
    const start = isUnsure ? await startOf(archive, entry) : null;
    if (!isPicture(entry.path, rules) && !(start && startsLikeImage(start))) {
      const kind = unreadKind(entry.path) ?? (start ? unreadKindOf(start) : undefined);
      if (kind && rules === 2) unread.add(entry.path, kind);
      continue;
    }
    // The first of duplicate names wins; programs differ in which one they read, so the others are reported.
    if (byPath.has(entry.path)) skipped.push({ path: entry.path, reason: 'a second entry of this name' });
    else byPath.set(entry.path, entry);
  }
  const paths = [...byPath.keys()].sort();
  const images = paths.map((path) => {
    const entry = byPath.get(path)!;
    return {
      ...{ id: `${archive.name}#${path}`, path, size: entry.size },
      read: (limit?: number) => readPicture(archive, entry, limit),
    };
  });
  return { images, skipped, notes: unread.notes() };
}

/** Reads the first bytes of an entry; null if it cannot be read. */
async function startOf(archive: ZipArchive, entry: ZipEntry): Promise<Uint8Array | null> {
  if (entry.size > MAX_FILE_BYTES) return null;
  return archive.read(entry, START_BYTES).then(
    (bytes) => bytes.subarray(0, START_BYTES),
    () => null,
  );
}

async function readPicture(archive: ZipArchive, entry: ZipEntry, limit?: number): Promise<Uint8Array> {
  if (entry.size <= MAX_FILE_BYTES) return archive.read(entry, limit);
  throw new DataError(`file too large: ${entry.size} bytes, limit ${MAX_FILE_BYTES}`);
}

function isPicture(path: string, rules?: ReadingRules): boolean {
  return isImageName(path, rules) && !isHidden(path);
}

/** Whether an entry is a hidden file, or one with the metadata that macOS adds. */
function isHidden(path: string): boolean {
  return /(^|\/)(\.|__MACOSX\/)/.test(path);
}
