import { basename } from 'node:path';
import type { DatasetNote } from '../../domain/dataset-notes';
import type { Labels, SkippedFile } from '../dataset';
import { loadImageFiles } from '../image-files/load-image-files';
import { fileProblem } from '../../images/read-file';
import { labelsByName } from '../labels/labels';
import type { LoadedImages, LoadOptions } from '../load-options';
import { ParquetImages } from './parquet-images';
import type { ParquetContents, ParquetReader } from './parquet-reader';
import { openParquetReader } from './parquet-worker-client';
import { findParquet, parquetNotes } from './parquet-files';
import type { ParquetPath } from './parquet-files';
import { ownSplit } from '../own-split';
import { TimeBudget } from '../../images/decoding/time-budget';
import { DataError, DatasetBudgetError, isAboutOneFile } from '../../images/data-error';
import type { ImageFile } from '../../images/image-file';
import type { SplitName } from '../../domain/split';

/** Above this share of unreadable files, the folder is probably the wrong one. */
const MAX_SKIPPED_SHARE = 0.5;
/** Limit of images, as the metadata of each takes memory. */
const MAX_IMAGES = 5_000_000;
/** Limit of uncompressed image bytes that all files declare: this, or `MAX_COMPRESSION_RATIO` times their size if larger. */
const HARMLESS_BYTES = 4 * 2 ** 30;
const MAX_COMPRESSION_RATIO = 200;
/** Time budget for reading. The slowest decompressor makes over 10 MB per second; files are read up to three times. */
const READING = { baseMs: 60_000, msAMegabyte: 2000 };

/** The image of a row, with its label and split. */
interface ParquetImage extends ImageFile {
  readonly label: string | undefined;
  readonly role: SplitName | undefined;
}

/**
 * Loads images from Parquet files as exported by dataset hubs: a column of encoded images (bytes, or a struct with
 * `bytes`), and optionally a column of labels. Files or folders named `train`, `validation` and `test`, alone or with other
 * words, define the dataset's split, see `findParquet`. Unreadable files are skipped, unless there is only one file.
 * @throws DataError that names the file
 */
export async function loadParquet(path: string, options: LoadOptions = {}): Promise<LoadedImages> {
  const { reading } = options;
  return withParquetImages(path, options, async (found) => {
    const { images, names, files, skipped } = found;
    const paths = files.map((file) => file.path);
    const { used, ...loaded } = await loadImageFiles(basename(path), images, paths, options);
    const name = basename(path).replace(/\.parquet$/i, '') || 'images';
    const roles = used.map(({ role }) => role);
    const ids = files.filter(({ role }) => role !== undefined).map(({ id }) => id);
    const pathOf = (index: number): string => used[index]!.id;
    const own = ownSplit(name, roles, { rules: reading?.rules, what: 'files', names: ids, pathOf });
    return {
      ...{ name, ...loaded, labels: labelsOf(used, names), split: own.split },
      skipped: [...skipped, ...loaded.skipped],
      notes: [...found.notes, ...own.notes, ...loaded.notes],
    };
  });
}

/** Contents of one or more Parquet files. */
export interface ParquetFiles {
  readonly images: readonly ParquetImage[];
  /** Class names, if a file lists them. */
  readonly names: readonly string[] | undefined;
  /** The readable files. */
  readonly files: readonly ParquetPath[];
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly DatasetNote[];
}

/** Provides the images of all files, readable while `use` runs. @throws DataError if more than half cannot be read */
export async function withParquetImages<T>(
  path: string,
  options: LoadOptions,
  use: (found: ParquetFiles) => Promise<T>,
): Promise<T> {
  const paths = await findParquet(path, options.reading?.rules).catch((error: unknown) => {
    throw new DataError(`${path}: ${fileProblem(error)}`);
  });
  const reader = openParquetReader();
  try {
    const found = await openAll(basename(path), paths, reader, options);
    return await use({ ...found, notes: [...parquetNotes(paths), ...found.notes] });
  } finally {
    await reader.close();
  }
}

async function openAll(
  place: string,
  paths: readonly ParquetPath[],
  reader: ParquetReader,
  { signal, reading }: LoadOptions,
): Promise<ParquetFiles> {
  const budget = new TimeBudget({ place, work: 'reading', ...READING });
  const source = new ParquetImages(reader, budget);
  const images: ParquetImage[] = [];
  const files: ParquetPath[] = [];
  const skipped: SkippedFile[] = [];
  const opened: OpenedFile[] = [];
  let names: readonly string[] | undefined;
  const total = { declared: 0, size: 0 };
  for (const file of paths) {
    signal?.throwIfAborted();
    const begin = performance.now();
    try {
      const contents = await reader.open(file.path, reading?.rules ?? 2);
      opened.push({ name: file.id, contents });
      budget.allow(contents.size);
      checkTotal(place, total, contents);
      names ??= contents.names;
      for (const image of imagesOf(file, contents, source)) images.push(image);
      files.push(file);
      if (images.length > MAX_IMAGES) {
        throw new DatasetBudgetError(
          `${place}: over ${MAX_IMAGES} images, expected that many at most; leave some files out`,
        );
      }
    } catch (error) {
      // For a single file, its error is the result.
      if (paths.length === 1 || !isAboutOneFile(error)) throw error;
      skipped.push({ path: file.id, reason: error.message });
    }
    budget.spend(performance.now() - begin);
  }
  if (skipped.length <= MAX_SKIPPED_SHARE * paths.length)
    return { images, names, files, skipped, notes: labelNotes(opened) };
  const examples = skipped.slice(0, 3).map(({ reason }) => reason);
  const got = `${skipped.length} of ${paths.length} Parquet files cannot be read, expected at most half`;
  throw new DataError(`${place}: ${got}: ${examples.join('; ')}; take these out of it`);
}

interface OpenedFile {
  readonly name: string;
  readonly contents: Pick<ParquetContents, 'labels' | 'labelColumn' | 'labelProblem'>;
}

/** Says where the labels of the files come from, and which files have a column of labels that cannot be used, and why. */
function labelNotes(files: readonly OpenedFile[]): DatasetNote[] {
  const notes: DatasetNote[] = [];
  const used = files.filter(({ contents }) => contents.labels.length > 0);
  const columns = [...new Set(used.map(({ contents }) => contents.labelColumn!))];
  if (columns.length > 0) {
    const named = columns.map((column) => `'${column}'`).join(', ');
    notes.push({ subject: 'labels', level: 'info', text: `the labels are those of the column ${named}` });
  }
  const byProblem = new Map<string, string[]>();
  for (const { name, contents } of files) {
    if (contents.labelProblem === undefined) continue;
    byProblem.set(contents.labelProblem, [...(byProblem.get(contents.labelProblem) ?? []), name]);
  }
  for (const [problem, names] of byProblem) {
    const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
    notes.push({ subject: 'labels', level: 'warning', text: `${names[0]}${more}: no labels: ${problem}` });
  }
  return notes;
}

/** Checks the total of all files: each may be within its own limit while together they declare terabytes. */
function checkTotal(
  place: string,
  total: { declared: number; size: number },
  { declaredBytes, size }: ParquetContents,
): void {
  total.declared += declaredBytes;
  total.size += size;
  const limit = Math.max(HARMLESS_BYTES, MAX_COMPRESSION_RATIO * total.size);
  if (total.declared <= limit) return;
  const got = `its files of ${total.size} bytes declare ${total.declared} bytes of images`;
  throw new DatasetBudgetError(
    `${place}: ${got}, expected ${limit} at most; exclude some, or save them again`,
  );
}

function* imagesOf(file: ParquetPath, { groups, labels }: ParquetContents, source: ParquetImages) {
  const { path, role } = file;
  let index = 0;
  for (const [group, rows] of groups.entries()) {
    const place = { path, group };
    for (let row = 0; row < rows; row++, index++) {
      const id = `${file.id}#${index}`;
      const image: ParquetImage = {
        ...{ id, path: id, label: labels[index], role },
        read: () => source.bytesAt(place, row),
      };
      yield image;
    }
  }
}

/** Creates labels. Class numbers index `names`; numbers without a name become names, in numeric order. */
function labelsOf(images: readonly ParquetImage[], names: readonly string[] | undefined): Labels | undefined {
  const texts = images.map(({ label }) => (label === undefined || label === '-1' ? undefined : label));
  const areNumbers = texts.every((text) => text === undefined || /^\d{1,6}$/.test(text));
  if (!areNumbers || texts.every((text) => text === undefined)) return labelsByName(texts);
  const values = Int32Array.from(texts, (text) => (text === undefined ? -1 : Number(text)));
  const highest = values.reduce((a, b) => Math.max(a, b), -1);
  const count = Math.max(highest + 1, names?.length ?? 0);
  return { names: Array.from({ length: count }, (_, i) => names?.[i] ?? String(i)), values };
}
