import { arrangeArray } from './arrange-channels';
import { imagesOfArray, isImageArray } from './array-images';
import { arraysByName, withoutExtension } from './array-names';
import type { NamedArray } from './array-names';
import { checkLabelShape, labelsOfArray } from './label-array';
import type { ArrayLabels } from './label-array';
import type { DatasetNote } from '../../domain/dataset-notes';
import { listExamples } from '../list-examples';
import { NPY_START, parseLabelHeader, parseNpyHeader } from './npy';
import type { NpyHeader } from './npy';
import type { LoadedImages, LoadOptions } from '../load-options';
import { joinParts } from './array-parts';
import type { ZipArchive } from '../zip/zip';
import type { ZipEntry } from '../zip/zip-directory';
import { DataError } from '../../images/data-error';
import type { ImagePart } from './image-part';

/** Limit of arrays that must be read whole: this many bytes, or `MAX_COMPRESSION_RATIO` times the compressed size if larger. */
const SMALL_ARRAY_BYTES = 256 * 2 ** 20;
const MAX_COMPRESSION_RATIO = 20;

export function isArrayPath(path: string): boolean {
  return path.toLowerCase().endsWith('.npy');
}

/**
 * Loads the images of an archive of arrays (`.npz`): from one named images, x, data or arr_0 (or the only array), or from
 * several for training, validation and test (`x_train`, `test_images`, ...), which then define the dataset's split, see
 * `arraysByName`. Labels are in labels, y, ... of the same part, see `labelsOfArray`; why label arrays cannot be used is a note.
 * @param path of the archive
 * @throws DataError that names archive and array
 */
export async function loadNpz(
  name: string,
  path: string,
  archive: ZipArchive,
  options: LoadOptions,
): Promise<LoadedImages> {
  const entries = archive.entries.filter(({ path }) => isArrayPath(path));
  const { images: found, labels, unused } = arraysByName(entries, options.reading?.rules);
  if (found.length === 0) {
    const got = entries.slice(0, 10).map(({ path }) => withoutExtension(path));
    const expected = 'expected images, x, data or arr_0, or x_train and x_test';
    throw new DataError(`${archive.name}: no array of images: got ${got.join(', ')}, ${expected}`);
  }
  const notes: DatasetNote[] = [];
  const parts: ImagePart[] = [];
  for (const { entry, role } of found) {
    options.signal?.throwIfAborted();
    const file = `${archive.name}#${withoutExtension(entry.path)}`;
    const stored = await headerOf(archive, entry, parseNpyHeader);
    const { header, finish } = arrangeArray(file, stored, options.reading);
    if (!isImageArray(header) && found.length > 1) throw notImages(file, header);
    checkFortran(file, header, entry);
    const part = imagesOfArray(file, header, (signal) => dataOf(archive, entry, header, signal));
    const labelled = labels.find((label) => label.role === role);
    const read = labelled && (await labelsOf(archive, labelled.entry, part.count, options));
    if (read) notes.push(read.note);
    parts.push({ ...finish(part), role, labels: read?.labels?.values, labelNames: read?.labels?.names });
  }
  const joined = await joinParts(name, parts, [path], options);
  return { ...joined, notes: [...(joined.notes ?? []), ...notes, ...unusedNotes(unused, found)] };
}

function unusedNotes(unused: readonly ZipEntry[], used: readonly NamedArray[]): DatasetNote[] {
  if (unused.length === 0) return [];
  const names = unused.map(({ path }) => withoutExtension(path));
  const read = used.map(({ entry }) => withoutExtension(entry.path)).join(', ');
  const text = `${names.length} of the archive's arrays not read: ${listExamples(names)}; the images are those of ${read}`;
  return [{ subject: 'content', level: 'info', text }];
}

function notImages(file: string, { shape }: NpyHeader): DataError {
  return new DataError(`${file}: an array of ${shape.length} dimensions, expected images of 3 or 4`);
}

/** Checks the size of an array in Fortran order, which must be in memory as a whole. @throws DataError if it is too large */
function checkFortran(file: string, { fortranOrder }: NpyHeader, { size, compressedSize }: ZipEntry): void {
  const limit = Math.max(SMALL_ARRAY_BYTES, MAX_COMPRESSION_RATIO * compressedSize);
  if (!fortranOrder || size <= limit) return;
  const got = `${size} bytes from ${compressedSize} compressed ones, in the order of Fortran`;
  const advice = 'save it in the order of C (`numpy.ascontiguousarray`)';
  throw new DataError(`${file}: got ${got}, expected ${limit} at most; ${advice}`);
}

/** Reads labels. Training does not need them, so bad ones do not invalidate the images. */
async function labelsOf(
  archive: ZipArchive,
  entry: ZipEntry,
  count: number,
  { signal, reading }: LoadOptions,
): Promise<{ readonly labels?: ArrayLabels; readonly note: DatasetNote }> {
  const name = withoutExtension(entry.path);
  try {
    const header = await headerOf(archive, entry, parseLabelHeader);
    checkLabelShape(name, header, count);
    const pieces: Uint8Array[] = [];
    for await (const piece of dataOf(archive, entry, header, signal)) pieces.push(piece);
    const labels = labelsOfArray(name, header, Buffer.concat(pieces), { count, rules: reading?.rules ?? 2 });
    return {
      labels,
      note: { subject: 'labels', level: 'info', text: `the labels are those of the array ${name}` },
    };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return {
      note: { subject: 'labels', level: 'warning', text: `no labels of the array ${name}: ${error.message}` },
    };
  }
}

/** Reads an array's header. @throws DataError if it is invalid, or its size differs from the archive's */
async function headerOf<T extends Pick<NpyHeader, 'start' | 'length'>>(
  archive: ZipArchive,
  entry: ZipEntry,
  parse: (name: string, start: Uint8Array) => T,
): Promise<T> {
  const name = nameOf(archive, entry);
  const start = await archive.read(entry, NPY_START).catch((error: unknown) => {
    throw explained(name, error);
  });
  const header = parse(name, start);
  if (entry.size !== header.start + header.length) {
    const got = `${entry.size} bytes, but its header declares ${header.start + header.length}`;
    throw new DataError(`${name}: got ${got}`);
  }
  return header;
}

/** Yields the data after the header, in pieces. */
async function* dataOf(
  archive: ZipArchive,
  entry: ZipEntry,
  { start }: Pick<NpyHeader, 'start'>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let before = start;
  try {
    for await (const piece of archive.pieces(entry, signal)) {
      const skipped = Math.min(before, piece.length);
      before -= skipped;
      if (skipped < piece.length) yield piece.subarray(skipped);
    }
  } catch (error) {
    throw explained(nameOf(archive, entry), error);
  }
}

const nameOf = (archive: ZipArchive, entry: ZipEntry): string =>
  `${archive.name}#${withoutExtension(entry.path)}`;

function explained(name: string, error: unknown): unknown {
  return error instanceof DataError ? new DataError(`${name}: ${error.message}`) : error;
}
