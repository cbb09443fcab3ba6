import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FORMAT_NAMES } from '../../images/codecs/decode';
import { chosenLabels } from '../labels/csv-labels';
import type { ImageChoice, SkippedFile } from '../dataset';
import { loadImageFiles } from './load-image-files';
import { fileProblem, readRegularFile } from '../../images/read-file';
import type { LoadedImages, LoadOptions } from '../load-options';
import { pathMatcher } from './path-patterns';
import { scanImages } from './scan';
import type { ScanOptions } from './scan';
import type { DatasetNote } from '../../domain/dataset-notes';
import { DataError } from '../../images/data-error';
import type { ImageFile } from '../../images/image-file';

/** The images of a folder, and files that look like images but cannot be used. */
export interface FolderImages {
  readonly images: readonly ImageFile[];
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly DatasetNote[];
}

/**
 * Loads the image files of a folder and all its subfolders, sorted by relative path, see `loadImageFiles`. Without a table of
 * labels, the names of the top-level subfolders are the labels.
 * @throws DataError if it contains no images, or more than half of them cannot be used
 */
export async function loadFolder(
  folder: string,
  choice: ImageChoice,
  options: LoadOptions,
): Promise<LoadedImages> {
  const { rules } = options.reading ?? {};
  const found = await folderImages(folder, choice, { rules, signal: options.signal });
  const { images, skipped } = found;
  if (images.length === 0) throw new DataError(noImages(folder, found));
  const { used, ...loaded } = await loadImageFiles(folder, images, [], options);
  const paths = used.map(({ path }) => path);
  const { labels, notes } = await chosenLabels(paths, choice, topFolders, rules);
  return {
    name: basename(await realpath(folder)) || 'images',
    ...loaded,
    labels,
    notes: [...found.notes, ...notes],
    skipped: [...skipped, ...loaded.skipped],
  };
}

/** Finds the chosen images of a folder. @throws DataError if it cannot be read, or the choice excludes all images */
export async function folderImages(
  folder: string,
  choice: ImageChoice,
  options: ScanOptions = {},
): Promise<FolderImages> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw new DataError(`${folder}: ${fileProblem(error)}`);
  });
  const scan = await scanImages(root, options);
  const matches = pathMatcher(choice);
  const files = scan.files.filter(matches);
  if (scan.files.length > 0 && files.length === 0) {
    const expected = `expected patterns of paths such as '${scan.files[0]}'`;
    throw new DataError(
      `${folder}: what is included, excluded and left out leaves none of ${scan.files.length} images, ${expected}`,
    );
  }
  const images = files.map((path) => ({
    id: path,
    path,
    file: join(root, path),
    read: (limit?: number) => readRegularFile(join(root, path), limit),
  }));
  const skipped = scan.skipped.filter(({ path }) => matches(path));
  return { images, skipped, notes: scan.unread.notes() };
}

/** Returns the first folder name of each path; undefined for files at the top level. */
function topFolders(paths: readonly string[]): (string | undefined)[] {
  return paths.map((path) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : undefined));
}

function noImages(folder: string, { skipped, notes }: FolderImages): string {
  const reasons = [
    ...(skipped[0] ? [`skipped: ${skipped[0].path}, ${skipped[0].reason}`] : []),
    ...notes.map(({ text }) => text),
  ];
  const hint = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  return `${folder}: no images found${hint}; expected a folder with ${FORMAT_NAMES} files, or MNIST's IDX files`;
}
