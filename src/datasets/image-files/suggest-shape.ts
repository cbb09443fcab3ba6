import { decodeInOrder } from '../../images/decoding/decode-in-order';
import type { LoadOptions } from '../load-options';
import type { ImageShape } from '../../images/image-shape';
import { imageReading } from '../../domain/reading';
import type { ImageFile } from '../../images/image-file';
import type { Decoder } from '../../images/decoding/decoder-types';
import type { ImageSizes } from './survey';

/** Side of the default square size, for images that are not all of one small size. */
const DEFAULT_SIDE = 32;
const MAX_NATIVE_SIDE = 64;
const MIN_NATIVE_SIDE = 4;

/** Number of images checked for colour. */
const COLOUR_SAMPLE = 100;

/**
 * Share of the images that have to be of one size for it to decide: fewer than one in ten of another size look like mistakes, more
 * like a part of the data.
 */
const COMMON_SHARE = 0.9;

/** The size of all, or nearly all, of the images. */
export interface CommonSize {
  readonly width: number;
  readonly height: number;
  /** Indices of the images that have another size. */
  readonly odd: readonly number[];
}

/** Returns the limit of the sides of a common size in pixels. */
export const largestCommonSide = ({ squares }: LoadOptions): number => (squares ? Infinity : MAX_NATIVE_SIDE);

/**
 * Returns the size of at least nine in ten of the images whose size is known, with no side over `largest`; undefined if there is
 * none.
 * @param isUsable whether an image counts, by index
 */
export function commonSize(
  { widths, heights }: ImageSizes,
  isUsable: (index: number) => boolean,
  largest: number,
): CommonSize | undefined {
  const counts = new Map<string, { readonly width: number; readonly height: number; count: number }>();
  const known = [...widths.keys()].filter((i) => widths[i]! > 0 && heights[i]! > 0 && isUsable(i));
  for (const i of known) {
    const [width, height] = [widths[i]!, heights[i]!];
    const key = `${width}x${height}`;
    const size = counts.get(key) ?? { width, height, count: 0 };
    size.count++;
    counts.set(key, size);
  }
  for (const { width, height, count } of counts.values()) {
    if (count < COMMON_SHARE * known.length) continue;
    if (Math.max(width, height) > largest || Math.min(width, height) < MIN_NATIVE_SIDE) return undefined;
    return { width, height, odd: known.filter((i) => widths[i] !== width || heights[i] !== height) };
  }
  return undefined;
}

/**
 * Suggests a shape. Size: the common size if no side exceeds 64 pixels, else 32x32. Channels: 3 if any of 100 evenly spaced
 * images has a pixel whose red, green and blue differ by more than 16, else 1. Skips checks that the options make unnecessary.
 * With the option `squares`, a common size may be arbitrarily large, and the usual square replaces 32x32.
 * @param common from `commonSize`
 */
export async function suggestShape(
  images: readonly ImageFile[],
  common: CommonSize | undefined,
  options: LoadOptions,
  decoder: Decoder,
): Promise<ImageShape> {
  return ownShape(common, options.channels ?? (await coloursOf(images, decoder, options)), options);
}

/** Returns the shape that the common size of the images suggests, for `suggestShape`. */
export function ownShape(
  common: CommonSize | undefined,
  channels: 1 | 3,
  { squares }: LoadOptions,
): ImageShape {
  const side = squares?.usual ?? DEFAULT_SIDE;
  const { width, height } = common ?? { width: side, height: side };
  return { width, height, channels };
}

/** Returns 3 if any of 100 evenly spaced images has colour, else 1. */
export async function coloursOf(
  images: readonly ImageFile[],
  decoder: Decoder,
  { signal, reading = {} }: LoadOptions,
): Promise<1 | 3> {
  const want = { colour: imageReading(reading) };
  for await (const outcome of decodeInOrder(decoder, spreadEvenly(images, COLOUR_SAMPLE), want, signal)) {
    if ('bytes' in outcome && outcome.bytes[0] === 1) return 3;
  }
  return 1;
}

/** Returns at most `limit` evenly spaced elements. */
export function spreadEvenly<T>(images: readonly T[], limit: number): T[] {
  const step = Math.max(1, images.length / limit);
  return Array.from({ length: Math.min(limit, images.length) }, (_, i) => images[Math.floor(i * step)]!);
}
