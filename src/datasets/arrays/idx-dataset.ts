import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileProblem } from '../../images/read-file';
import { rowPart } from '../rows/file-rows';
import { findIdxImages, labelsFileOf, partnerOf, setName } from './idx-files';
import { locateIdx, openIdx } from './idx';
import type { IdxLayout } from './idx';
import { emnistNames } from './emnist-names';
import { inUnits } from './whole-images';
import type { LoadedImages, LoadOptions } from '../load-options';
import { joinParts, partInPlace } from './array-parts';
import { bytePart } from './byte-part';
import { imageSize } from '../../images/image-shape';
import type { ImageShape } from '../../images/image-shape';
import type { DatasetNote } from '../../domain/dataset-notes';
import { DataError } from '../../images/data-error';
import type { ImagePart } from './image-part';
import type { SplitName } from '../../domain/split';

const IMAGES: IdxLayout = { type: 0x08, fields: ['number of images', 'rows', 'columns'] };
/** One class for each image, or a row of numbers of which the first is the class (QMNIST). */
const LABELS: readonly IdxLayout[] = [
  { type: 0x08, fields: ['number of labels'] },
  { type: 0x08, fields: ['number of labels', 'columns'] },
  { type: 0x0b, fields: ['number of labels'] },
  { type: 0x0c, fields: ['number of labels'] },
  { type: 0x0c, fields: ['number of labels', 'columns'] },
];
/** Limit of the columns of a row of labels. */
const MAX_COLUMNS = 1000;

/**
 * Loads an IDX file or a folder in the MNIST layout, with the labels next to the images. The layout defines a split: the
 * last sixth of the training file (10,000 of 60,000) is for validation, the test file for testing. The images of EMNIST, which are
 * stored column by column, are turned.
 * @throws DataError if there are no IDX images, or a file is invalid
 */
export async function loadIdx(path: string, options: LoadOptions = {}): Promise<LoadedImages> {
  const rules = options.reading?.rules ?? 2;
  const files = await filesOf(path, rules === 1).catch((error: unknown) => {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path}: ${fileProblem(error)}`);
  });
  if (files.length === 0)
    throw new DataError(`${path}: no IDX images; expected a file such as train-images-idx3-ubyte.gz`);
  const parts: ImagePart[] = [];
  for (const [i, file] of files.entries()) {
    const role: SplitName | undefined = files.length < 2 ? undefined : i === 0 ? 'train' : 'test';
    const part = { ...(await loadPart(file, options.signal)), role };
    parts.push(rules === 2 && isEmnist(file) ? await uprightEmnist(file, part) : part);
  }
  const joined = await joinParts(setName(path), parts, files, options);
  return { ...joined, notes: [...notesOf(path, files, rules === 2), ...(joined.notes ?? [])] };
}

/** Returns the files to load; a file given explicitly may have any name. */
async function filesOf(path: string, isOld: boolean): Promise<string[]> {
  if ((await stat(path)).isDirectory()) return findIdxImages(path);
  const partner = isOld ? null : await partnerOf(path);
  return partner === null ? [path] : [path, partner];
}

const isEmnist = (file: string): boolean => /^emnist[-_.]/i.test(basename(file));

/** Exchanges rows and columns, and names the classes by the table of characters beside the file, if it is there. */
async function uprightEmnist(path: string, part: ImagePart): Promise<ImagePart> {
  const { own, count, file, labels, role } = part;
  const { width, height } = own;
  const turned = { ...own, width: height, height: width };
  async function* blocks(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const block of part.blocks(signal)) {
      const upright = new Uint8Array(block.length);
      for (let first = 0; first < block.length; first += width * height) {
        for (let y = 0, at = first; y < height; y++)
          for (let x = 0; x < width; x++, at++) upright[first + x * height + y] = block[at]!;
      }
      yield upright;
    }
  }
  const upright = bytePart({ file, count, own: turned, blocks });
  return { ...upright, labels, role, labelNames: labels && (await emnistNames(path)) };
}

function notesOf(path: string, files: readonly string[], isTurned: boolean): DatasetNote[] {
  const notes: DatasetNote[] = [];
  if (isTurned && files.some(isEmnist)) {
    const text = 'the images of EMNIST are stored with rows and columns exchanged; they were turned upright';
    notes.push({ subject: 'content', level: 'info', text });
  }
  if (files.length > 1 && files.includes(path)) {
    const text = `${basename(files[1]!)} beside ${basename(path)} is the test part`;
    notes.push({ subject: 'split', level: 'info', text });
  }
  return notes;
}

async function loadPart(path: string, signal?: AbortSignal): Promise<ImagePart> {
  const part = (await inPlace(path)) ?? (await compressedPart(path));
  const labelsFile = await labelsFileOf(path);
  if (labelsFile === null) return part;
  const { dimensions, itemSize, values } = await openIdx(labelsFile, LABELS);
  const [count, columns = 1] = dimensions as [number, number?];
  // Checked before reading: a small file may declare gigabytes of labels.
  if (count !== part.count) {
    const expected = `expected ${part.count}, the number of images`;
    throw new DataError(`labels of ${basename(path)}: number of labels ${count}, ${expected}`);
  }
  if (columns > MAX_COLUMNS) {
    const got = `${columns} columns`;
    throw new DataError(`labels of ${basename(path)}: ${got}, expected ${MAX_COLUMNS} at most`);
  }
  const labels = new Int32Array(count);
  let done = 0;
  for await (const rows of inUnits(values(signal), itemSize * columns, count)) {
    const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.length);
    for (let at = 0; at < bytes.length; at += itemSize * columns)
      labels[done++] = bytes.readUIntBE(at, itemSize);
  }
  const highest = labels.reduce((a, b) => Math.max(a, b), 0);
  if (itemSize > 1 && highest >= MAX_CLASSES) {
    const expected = `expected whole numbers from 0 to ${MAX_CLASSES - 1}`;
    throw new DataError(`labels of ${basename(path)}: ${highest}, ${expected}`);
  }
  return { ...part, labels };
}

/** Limit of class labels; larger numbers are probably not classes. */
const MAX_CLASSES = 100_000;

function sizesOf(dimensions: readonly number[]): { readonly count: number; readonly own: ImageShape } {
  const [count, height, width] = dimensions as [number, number, number];
  return { count, own: { width, height, channels: 1 } };
}

/** Returns a part read directly from the file; null for a gzipped file. */
async function inPlace(path: string): Promise<ImagePart | null> {
  const located = await locateIdx(path, IMAGES);
  if (!located) return null;
  const { count, own } = sizesOf(located.dimensions);
  return partInPlace(basename(path), own, await rowPart(path, located.offset, count));
}

async function compressedPart(path: string): Promise<ImagePart> {
  const { dimensions, values } = await openIdx(path, [IMAGES]);
  const { count, own } = sizesOf(dimensions);
  const blocks = (signal?: AbortSignal) => inUnits(values(signal), imageSize(own), count);
  return bytePart({ file: basename(path), count, own, blocks });
}
