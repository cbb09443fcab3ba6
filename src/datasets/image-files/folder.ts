import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatasetNote } from '../../domain/dataset-notes';
import { FORMAT_NAMES } from '../../images/codecs/decode';
import { chosenLabels } from '../labels/csv-labels';
import { classFolders } from '../labels/folder-labels';
import type { ImageChoice, SkippedFile } from '../dataset';
import { leaveOut } from '../exclude-images';
import { loadImageFiles } from './load-image-files';
import { fileProblem, readRegularFile } from '../../images/read-file';
import type { LoadedImages, LoadOptions } from '../load-options';
import { ignoresCase } from '../path-lookup';
import { PathSelection } from './path-selection';
import { pathSplit } from './path-split';
import { scanImages } from './scan';
import type { Scan } from './scan';
import { whyNoImages } from './no-images';
import { DataError } from '../../images/data-error';
import type { ImageFile } from '../../images/image-file';
import type { ReadingChoice } from '../../domain/reading';

/** The images of a folder, and files that look like images but cannot be used. */
export interface FolderImages {
  readonly images: readonly (ImageFile & { readonly path: string })[];
  readonly skipped: readonly SkippedFile[];
  /** Ids of the pages of files that are left out, though their files are not. */
  readonly pagesLeftOut: readonly string[];
  readonly notes: readonly DatasetNote[];
}

/**
 * Loads the image files of a folder and all its subfolders, sorted by relative path, see `loadImageFiles`. Folders called
 * `train`, `test`, ... are the split, see `splitOfPaths`. Without a table of labels, the names of the other folders are the
 * labels; by the rules 1, those of the top-level subfolders.
 * @throws DataError if it contains no images, or more than half of them cannot be used
 */
export async function loadFolder(
  folder: string,
  choice: ImageChoice,
  options: LoadOptions,
): Promise<LoadedImages> {
  const rules = options.reading?.rules;
  const { images, skipped, notes, pagesLeftOut } = await folderImages(
    folder,
    { ...choice, rules },
    options.signal,
  );
  const { used, ...loaded } = await loadImageFiles(folder, images, [], options);
  const root = await realpath(folder);
  const ignores = choice.labels !== undefined && rules !== 1 && (await isCaseIgnored(root, images));
  const forms = { roots: [folder, root], ignoresCase: ignores };
  const name = basename(root) || 'images';
  const paths = used.map(({ path }) => path);
  const parts = rules === 1 ? undefined : pathSplit(name, images, paths);
  const classes = rules === 1 ? topFolders : () => classFolders(paths, parts?.paths);
  const { labels, notes: labelNotes } = await chosenLabels(paths, choice, classes, rules, forms);
  const all = {
    name,
    ...loaded,
    labels,
    split: parts?.split,
    skipped: [...skipped, ...loaded.skipped],
    notes: [...notes, ...labelNotes, ...(parts?.notes ?? []), ...loaded.notes],
  };
  return leaveOut(all, pagesLeftOut);
}

/** Finds the chosen images of a folder. @throws DataError if it cannot be read, has no images, or none or too few are chosen */
export async function folderImages(
  folder: string,
  choice: ImageChoice & ReadingChoice,
  signal?: AbortSignal,
): Promise<FolderImages> {
  const { rules } = choice;
  const root = await realpath(folder).catch((error: unknown) => {
    throw new DataError(`${folder}: ${fileProblem(error)}`);
  });
  const scan = await scanImages(root, { rules, signal });
  if (scan.files.length === 0) throw new DataError(noImages(folder, scan));
  const selection = new PathSelection(choice, {
    rules,
    roots: [folder, root],
    ignoresCase: rules !== 1 && hasPatterns(choice) && (await ignoresCase(root, scan.files)),
  });
  const files = selection.filter(folder, scan.files);
  // Patterns also match what cannot be used.
  const skipped = scan.skipped.filter(({ path }) => selection.has(path));
  const images = files.map((path) => ({
    id: path,
    path,
    file: join(root, path),
    read: (limit?: number) => readRegularFile(join(root, path), limit),
  }));
  const choiceNotes = selection.notes(folder, scan.files, files.length, rules === undefined);
  const pagesLeftOut = selection.pagesLeftOut(scan.files);
  return {
    ...{ images, skipped, pagesLeftOut },
    notes: [...choiceNotes, ...scan.noData.notes(), ...scan.unread.notes()],
  };
}

const isCaseIgnored = (root: string, images: readonly { readonly path: string }[]): Promise<boolean> =>
  ignoresCase(
    root,
    images.map(({ path }) => path),
  );

const hasPatterns = ({ include = [], exclude = [] }: ImageChoice): boolean =>
  include.length + exclude.length > 0;

/** Returns the first folder name of each path; undefined for files at the top level. */
function topFolders(paths: readonly string[]): (string | undefined)[] {
  return paths.map((path) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : undefined));
}

function noImages(folder: string, scan: Scan): string {
  return `${folder}: no images found${whyNoImages(scan)}; expected a folder with ${FORMAT_NAMES} files, or MNIST's IDX files`;
}
