import { createHash } from 'node:crypto';
import { RandomStream } from '../../random/stream';
import type { Dataset } from '../dataset';
import { changedRows, residentRows } from '../rows/image-rows';

/** What is done to grey values before a model sees them. */
export type Binarisation =
  | 'none'
  /** White from one half on. */
  | 'threshold'
  /** White with the grey value as probability, drawn once from a seed. */
  | 'fixed'
  /** The same, for training drawn anew in every epoch; elsewhere once, as `fixed`. */
  | 'dynamic';

/** Images of one draw; a draw's number and an image's together are a block of the random stream. */
const IMAGES_PER_DRAW = 2 ** 21;
const WHITE = 255;

/** @returns bytes 0 or 255, white from 128 on */
function threshold(pixels: Uint8Array): Uint8Array {
  return pixels.map((byte) => (byte >= 128 ? WHITE : 0));
}

/**
 * Bytes 0 or 255, white with probability byte / 255 (to 1 in 65536): of an image in draw `draw` always the same ones,
 * whatever other images there are.
 * @param numbers of the images whose pixels are given @param draw from 0 to 2^21 - 1
 */
export function drawBinary(
  pixels: Uint8Array,
  numbers: ArrayLike<number>,
  seed: number,
  draw: number,
): Uint8Array {
  if (draw >= IMAGES_PER_DRAW) throw new RangeError(`draw ${draw}: expected at most ${IMAGES_PER_DRAW - 1}`);
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

/** The draw of what must stay the same. */
const FIXED_DRAW = 0;

/** What a model sees of images in a draw, which matters where there is chance in it. @param numbers of the images */
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

/** What training sees of images in an epoch (from 0). @param numbers of the images whose pixels are given */
export function binariseForTraining(
  pixels: Uint8Array,
  numbers: ArrayLike<number>,
  how: Binarisation,
  seed: number,
  epoch: number,
): Uint8Array {
  return binarise(pixels, numbers, how, seed, FIXED_DRAW + 1 + (epoch % (IMAGES_PER_DRAW - 1)));
}

/** The dataset as a model sees it elsewhere: its identity, fingerprint included, stays that of the images. */
export function binarised(dataset: Dataset, how: Binarisation, seed: number): Dataset {
  if (how === 'none') return dataset;
  const { images } = dataset;
  const change = (pixels: Uint8Array, numbers: ArrayLike<number>): Uint8Array =>
    binarise(pixels, numbers, how, seed, FIXED_DRAW);
  const { resident, count, size } = images;
  if (!resident) return { ...dataset, images: changedRows(images, change) };
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  return { ...dataset, images: residentRows(change(resident, all), size) };
}

/**
 * An image that is given by itself, as a model sees it: it has no number in a dataset, so what it is drawn with comes from its pixels,
 * and the same picture is the same black and white wherever it lies.
 */
export function binariseAlone(pixels: Uint8Array, how: Binarisation, seed: number): Uint8Array {
  const number = createHash('sha256').update(pixels).digest().readUInt32LE(0);
  return binarise(pixels, [number], how, seed, FIXED_DRAW);
}
