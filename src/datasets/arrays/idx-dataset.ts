import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileProblem } from '../../images/read-file';
import { rowPart } from '../rows/file-rows';
import { locateIdx, openIdx } from './idx';
import { inUnits } from './whole-images';
import type { LoadedImages, LoadOptions } from '../load-options';
import { joinParts, partInPlace } from './array-parts';
import { bytePart } from './byte-part';
import { imageSize } from '../../images/image-shape';
import type { ImageShape } from '../../images/image-shape';
import { DataError } from '../../images/data-error';
import type { ImagePart } from './image-part';

const IMAGES_NAME = /images.*idx3.*ubyte(\.gz)?$/i;
const IMAGE_FIELDS = ['number of images', 'rows', 'columns'];

/**
 * Returns the image files of an IDX dataset, empty if `path` is not one. For a folder: the training and test files of the
 * MNIST layout (`train-images...`, `t10k-images...`), or its only images file.
 */
export async function findIdxImages(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) {
    const gzipped = path.toLowerCase().endsWith('.gz');
    return gzipped || IMAGES_NAME.test(path) || /[.-]idx\d?[^/\\]*$/i.test(path) ? [path] : [];
  }
  const names = (await readdir(path)).filter((name) => IMAGES_NAME.test(name)).sort();
  // Uncompressed files sort before their `.gz` version, and are faster to read.
  const train = names.find((name) => name.startsWith('train-images'));
  const test = names.find((name) => /^(t10k|test)-images/.test(name));
  if (train && test) return [join(path, train), join(path, test)];
  const single = names.filter((name) => !names.includes(name.replace(/\.gz$/, '')) || !name.endsWith('.gz'));
  return single.length === 1 ? [join(path, single[0]!)] : [];
}

/**
 * Loads an IDX file or a folder in the MNIST layout, with the labels next to the images. The layout defines a split: the
 * last sixth of the training file (10,000 of 60,000) is for validation, the test file for testing.
 * @throws DataError if there are no IDX images, or a file is invalid
 */
export async function loadIdx(path: string, options: LoadOptions = {}): Promise<LoadedImages> {
  const files = await filesOf(path).catch((error: unknown) => {
    throw new DataError(`${path}: ${fileProblem(error)}`);
  });
  if (files.length === 0)
    throw new DataError(`${path}: no IDX images; expected a file such as train-images-idx3-ubyte.gz`);
  const parts: ImagePart[] = [];
  for (const [i, file] of files.entries()) {
    const role = files.length < 2 ? undefined : i === 0 ? 'train' : 'test';
    parts.push({ ...(await loadPart(file, options.signal)), role });
  }
  return joinParts(basename(path).replace(/[-.](idx\d?.*|gz)$/i, '') || 'images', parts, files, options);
}

/** Returns the files to load; a file given explicitly may have any name. */
async function filesOf(path: string): Promise<string[]> {
  return (await stat(path)).isDirectory() ? findIdxImages(path) : [path];
}

async function loadPart(path: string, signal?: AbortSignal): Promise<ImagePart> {
  const part = (await inPlace(path)) ?? (await compressedPart(path));
  const labelsFile = await findLabels(path);
  if (labelsFile === undefined) return part;
  const { dimensions, values } = await openIdx(labelsFile, ['number of labels']);
  // Checked before reading: a small file may declare gigabytes of labels.
  if (dimensions[0] !== part.count) {
    const expected = `expected ${part.count}, the number of images`;
    throw new DataError(`labels of ${basename(path)}: number of labels ${dimensions[0]}, ${expected}`);
  }
  const labels = new Uint8Array(part.count);
  let done = 0;
  for await (const piece of values(signal)) {
    labels.set(piece, done);
    done += piece.length;
  }
  return { ...part, labels };
}

function sizesOf(dimensions: readonly number[]): { readonly count: number; readonly own: ImageShape } {
  const [count, height, width] = dimensions as [number, number, number];
  return { count, own: { width, height, channels: 1 } };
}

/** Returns a part read directly from the file; null for a gzipped file. */
async function inPlace(path: string): Promise<ImagePart | null> {
  const located = await locateIdx(path, IMAGE_FIELDS);
  if (!located) return null;
  const { count, own } = sizesOf(located.dimensions);
  return partInPlace(basename(path), own, await rowPart(path, located.offset, count));
}

async function compressedPart(path: string): Promise<ImagePart> {
  const { dimensions, values } = await openIdx(path, IMAGE_FIELDS);
  const { count, own } = sizesOf(dimensions);
  const blocks = (signal?: AbortSignal) => inUnits(values(signal), imageSize(own), count);
  return bytePart({ file: basename(path), count, own, blocks });
}

/** Finds `train-labels-idx1-ubyte` next to `train-images-idx3-ubyte`, each with or without `.gz`. */
async function findLabels(path: string): Promise<string | undefined> {
  const expected = basename(path).replace('images', 'labels').replace('idx3', 'idx1').replace(/\.gz$/, '');
  if (!basename(path).includes('images')) return undefined;
  const names = await readdir(dirname(path));
  const found = [expected, `${expected}.gz`].find((name) => names.includes(name));
  return found && join(dirname(path), found);
}
