import { RandomStream } from '../random/stream';
import type { Dataset } from './dataset';
import { changedRows, residentRows } from './rows';

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
const DRAWS = 2 ** 21;
const WHITE = 255;

/** @returns bytes 0 or 255, white from 128 on */
function threshold(pixels: Uint8Array): Uint8Array {
  return pixels.map((byte) => (byte >= 128 ? WHITE : 0));
}

/**
 * Bytes 0 or 255, white with probability byte / 255 (to 1 in 65536): of an image in draw `draw` always the same ones,
 * whatever other images there are.
 * @param numbers of the images whose pixels are given @param draw from 0 to 2^21 - 1; draw 0 is the one that stays
 */
export function drawBinary(
  pixels: Uint8Array,
  numbers: ArrayLike<number>,
  seed: number,
  draw: number,
): Uint8Array {
  if (draw >= DRAWS) throw new RangeError(`draw ${draw}: expected at most ${DRAWS - 1}`);
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

const allNumbers = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

/** The dataset as a model sees it: its identity, fingerprint included, stays that of the images. */
export function binarised(dataset: Dataset, how: Binarisation, seed: number): Dataset {
  if (how === 'none') return dataset;
  const { images } = dataset;
  const change = (pixels: Uint8Array, numbers: ArrayLike<number>): Uint8Array =>
    how === 'threshold' ? threshold(pixels) : drawBinary(pixels, numbers, seed, 0);
  const { resident, count, size } = images;
  if (!resident) return { ...dataset, images: changedRows(images, change) };
  return { ...dataset, images: residentRows(change(resident, allNumbers(count)), size) };
}

/**
 * What training looks at in each epoch, where that changes.
 * @param dataset the images as they are @returns of an epoch, from 0; null where all epochs see the same
 */
export function redrawOf(
  { images }: Pick<Dataset, 'images'>,
  how: Binarisation,
  seed: number,
): ((epoch: number) => Uint8Array) | null {
  if (how !== 'dynamic') return null;
  // Draw 0 is for what must stay the same.
  const { count } = images;
  return (epoch) => drawBinary(images.range(0, count), allNumbers(count), seed, 1 + (epoch % (DRAWS - 1)));
}
