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
import { isImageName } from '../image-files/scan';
import { folderNames } from '../labels/labels';
import { ZipArchive } from './zip';
import type { ZipEntry } from './zip-directory';
import { DataError } from '../../images/data-error';
import type { ImageFile } from '../../images/image-file';

/** The images of an archive, and entries that look like images but cannot be used. */
export interface ZipImages {
  readonly images: readonly (ImageFile & { readonly path: string })[];
  readonly skipped: readonly SkippedFile[];
}

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
    if (holdsArrays(archive)) {
      if (choice.include || choice.exclude || choice.labels !== undefined) {
        throw new DataError(
          `${file.name}: an archive of arrays; patterns and labels are for folders and images`,
        );
      }
      const leftOut = choice.leftOut?.map((inside) => `${archive.name}#${inside}`);
      return leaveOut(await loadNpz(name, path, archive, options), leftOut);
    }
    const { images, skipped } = zipImages(archive, choice);
    const { used, ...loaded } = await loadImageFiles(file.name, images, [path], options);
    const paths = used.map((image) => image.path);
    const labels = await chosenLabels(paths, choice, folderNames);
    const all = { name, ...loaded, labels, skipped: [...skipped, ...loaded.skipped] };
    // Files were left out before; what is left to leave out are pages of files.
    return leaveOut(
      all,
      choice.leftOut?.map((inside) => `${archive.name}#${inside}`),
    );
  });
}

/** Whether an archive contains arrays and no images. */
export function holdsArrays({ entries }: ZipArchive): boolean {
  return entries.some(({ path }) => isArrayPath(path)) && !entries.some(({ path }) => isPicture(path));
}

/** Finds the chosen images of an archive, sorted by path. */
export function zipImages(archive: ZipArchive, choice: ImageChoice): ZipImages {
  const matches = pathMatcher(choice);
  const skipped: SkippedFile[] = [];
  const byPath = new Map<string, ZipEntry>();
  for (const entry of archive.entries) {
    if (!isPicture(entry.path) || !matches(entry.path)) continue;
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
  return { images, skipped };
}

async function readPicture(archive: ZipArchive, entry: ZipEntry, limit?: number): Promise<Uint8Array> {
  if (entry.size <= MAX_FILE_BYTES) return archive.read(entry, limit);
  throw new DataError(`file too large: ${entry.size} bytes, limit ${MAX_FILE_BYTES}`);
}

/** Whether an entry is an image; excludes hidden files and the metadata files that macOS adds. */
function isPicture(path: string): boolean {
  return isImageName(path) && !/(^|\/)(\.|__MACOSX\/)/.test(path);
}
