import { createHash } from 'node:crypto';
import { RandomStream } from '../../random/stream';
import type { Dataset } from '../dataset';
import { mappedRows, residentRows } from '../rows/image-rows';

/** Conversion of grey values to black and white for the model. */
export type Binarisation =
  | 'none'
  /** White from 128 of 255. */
  | 'threshold'
  /** White with the grey value as probability, sampled once from a seed. */
  | 'fixed'
  /** Like `fixed`, but resampled in every epoch for training. */
  | 'dynamic';

/** Number of draws. Draw and image index form the block `draw * 2^32 + index` of the random stream, below 2^53. */
const MAX_DRAWS = 2 ** 21;
const WHITE = 255;

/** Binarises deterministically. @returns bytes 0 or 255, white from 128 */
function threshold(pixels: Uint8Array): Uint8Array {
  return pixels.map((byte) => (byte >= 128 ? WHITE : 0));
}

/**
 * Binarises at random: white with probability byte / 255 (to 1 in 65536). The result of an image depends only on seed, draw
 * and index, not on other images.
 * @param numbers indices of the images in `pixels` @param draw from 0 to 2^21 - 1
 * @returns bytes 0 or 255
 * @throws RangeError if `draw` is too large
 */
export function drawBinary(
  pixels: Uint8Array,
  numbers: ArrayLike<number>,
  seed: number,
  draw: number,
): Uint8Array {
  if (draw >= MAX_DRAWS) throw new RangeError(`draw ${draw}: expected at most ${MAX_DRAWS - 1}`);
  const stream = new RandomStream(seed, 'binarise');
  const size = pixels.length / numbers.length;
  const limits = Uint32Array.from({ length: 256 }, (_, byte) => Math.round((byte * 65_536) / 255));
  const result = new Uint8Array(pixels.length);
  for (let image = 0; image < numbers.length; image++) {
    const words = stream.words32(draw * 2 ** 32 + numbers[image]!, Math.ceil(size / 2));
    const halves = new Uint16Array(words.buffer, words.byteOffset, size);
    const first = image * size;
    for (let i = 0; i < size; i++) {
      if (halves[i]! < limits[pixels[first + i]!]!) result[first + i] = WHITE;
    }
  }
  return result;
}

/** Draw for images that must not change between epochs. */
const FIXED_DRAW = 0;

/** Converts images for the model; `draw` matters only for `dynamic`. @param numbers indices of the images in `pixels` */
function binarise(
  pixels: Uint8Array,
  numbers: ArrayLike<number>,
  how: Binarisation,
  seed: number,
  draw: number,
): Uint8Array {
  switch (how) {
    case 'none':
      return pixels;
    case 'threshold':
      return threshold(pixels);
    case 'fixed':
      return drawBinary(pixels, numbers, seed, FIXED_DRAW);
    case 'dynamic':
      return drawBinary(pixels, numbers, seed, draw);
    default:
      return how satisfies never;
  }
}

/** Converts images for training in an epoch (from 0). @param numbers indices of the images in `pixels` */
export function binariseForTraining(
  pixels: Uint8Array,
  numbers: ArrayLike<number>,
  how: Binarisation,
  seed: number,
  epoch: number,
): Uint8Array {
  return binarise(pixels, numbers, how, seed, FIXED_DRAW + 1 + (epoch % (MAX_DRAWS - 1)));
}

/** Converts a dataset for use outside training. It keeps its identity, including the fingerprint of the original images. */
export function binarised(dataset: Dataset, how: Binarisation, seed: number): Dataset {
  if (how === 'none') return dataset;
  const { images, numbers } = dataset;
  const change = (pixels: Uint8Array, rows: ArrayLike<number>): Uint8Array =>
    binarise(pixels, numbers ? Uint32Array.from(rows, (row) => numbers[row]!) : rows, how, seed, FIXED_DRAW);
  const { resident, count, size } = images;
  if (!resident) return { ...dataset, images: mappedRows(images, change) };
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  return { ...dataset, images: residentRows(change(resident, all), size) };
}

/**
 * Converts a single image for the model. It has no dataset index, so the random numbers depend on its pixels: the same
 * image always gives the same result.
 */
export function binariseAlone(pixels: Uint8Array, how: Binarisation, seed: number): Uint8Array {
  const number = createHash('sha256').update(pixels).digest().readUInt32LE(0);
  return binarise(pixels, [number], how, seed, FIXED_DRAW);
}
