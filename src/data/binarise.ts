import { RandomStream } from '../random/stream';
import type { Dataset } from './dataset';

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
 * Bytes 0 or 255, white with probability byte / 255 (to 1 in 65536): of image i in draw `draw` always the same ones,
 * whatever other images there are.
 * @param pixels of `count` images @param draw from 0 to 2^21 - 1; draw 0 is the one that stays
 */
export function drawBinary(pixels: Uint8Array, count: number, seed: number, draw: number): Uint8Array {
  if (draw >= DRAWS) throw new RangeError(`draw ${draw}: expected at most ${DRAWS - 1}`);
  const stream = new RandomStream(seed, 'binarise');
  const size = pixels.length / count;
  const limits = Uint32Array.from({ length: 256 }, (_, byte) => Math.round((byte * 65_536) / 255));
  const result = new Uint8Array(pixels.length);
  for (let image = 0; image < count; image++) {
    const words = stream.words32(draw * 2 ** 32 + image, Math.ceil(size / 2));
    const halves = new Uint16Array(words.buffer, words.byteOffset, size);
    const first = image * size;
    for (let i = 0; i < size; i++) {
      if (halves[i]! < limits[pixels[first + i]!]!) result[first + i] = WHITE;
    }
  }
  return result;
}

/** The dataset as a model sees it: its identity, fingerprint included, stays that of the images. */
export function binarised(dataset: Dataset, how: Binarisation, seed: number): Dataset {
  if (how === 'none') return dataset;
  const { pixels, count } = dataset;
  return { ...dataset, pixels: how === 'threshold' ? threshold(pixels) : drawBinary(pixels, count, seed, 0) };
}

/**
 * What training looks at in each epoch, where that changes.
 * @param dataset the images as they are @returns of an epoch, from 0; null where all epochs see the same
 */
export function redrawOf(
  { pixels, count }: Pick<Dataset, 'pixels' | 'count'>,
  how: Binarisation,
  seed: number,
): ((epoch: number) => Uint8Array) | null {
  if (how !== 'dynamic') return null;
  // Draw 0 is for what must stay the same.
  return (epoch) => drawBinary(pixels, count, seed, 1 + (epoch % (DRAWS - 1)));
}
