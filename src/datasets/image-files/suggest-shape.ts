import { readImageHeader } from '../../images/codecs/decode';
import type { ImageHeader } from '../../images/codecs/image';
import { decodeInOrder } from '../../images/decoding/decode-in-order';
import type { LoadOptions } from '../load-options';
import type { ImageShape } from '../../images/image-shape';
import { imageReading } from '../../domain/reading';
import { isAboutOneFile } from '../../images/data-error';
import type { ImageFile } from '../../images/image-file';
import type { Decoder } from '../../images/decoding/decoder-types';

/** Side of the default square size, for images that are not all of one small size. */
const DEFAULT_SIDE = 32;
const MAX_NATIVE_SIDE = 64;
const MIN_NATIVE_SIDE = 4;

/** Number of images checked for colour. */
const COLOUR_SAMPLE = 100;

/** Bytes that contain the header of nearly every file. */
const HEADER_BYTES = 65_536;

/**
 * Suggests a shape. Size: that of the images if all have the same and no side exceeds 64 pixels, else 32x32. Channels: 3 if
 * any of 100 evenly spaced images has a pixel whose red, green and blue differ by more than 16, else 1. Skips checks that
 * the options make unnecessary. With the option `squares`, a common size may be arbitrarily large, and the usual square
 * replaces 32x32.
 */
export async function suggestShape(
  images: readonly ImageFile[],
  options: LoadOptions,
  decoder: Decoder,
): Promise<ImageShape> {
  const { squares, signal } = options;
  const sizeKnown = options.width !== undefined || options.height !== undefined;
  const largest = squares ? Infinity : MAX_NATIVE_SIDE;
  const side = squares?.usual ?? DEFAULT_SIDE;
  const common = sizeKnown ? undefined : await commonSize(images, largest, signal);
  const channels = options.channels ?? (await coloursOf(images, decoder, options));
  return { ...(common ?? { width: side, height: side }), channels };
}

/** Returns the common size of all readable images, with no side over `largest`; undefined at the first that differs. */
async function commonSize(images: readonly ImageFile[], largest: number, signal?: AbortSignal) {
  let common: { width: number; height: number } | undefined;
  for (const image of images) {
    signal?.throwIfAborted();
    const header = await headerOf(image);
    if (!header) continue;
    const { width, height } = header;
    if (Math.max(width, height) > largest || Math.min(width, height) < MIN_NATIVE_SIDE) return undefined;
    if (common && (common.width !== width || common.height !== height)) return undefined;
    common = { width, height };
  }
  return common;
}

/** Reads an image's header; null if it cannot be read. */
export function headerOf(image: Pick<ImageFile, 'read'>): Promise<ImageHeader | null> {
  return orNull(
    async () => readImageHeader(await image.read(HEADER_BYTES)) ?? readImageHeader(await image.read()),
  );
}

async function coloursOf(
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

/** Returns null for unreadable images, which are reported at load time; here they are skipped. */
async function orNull<T>(read: () => T | Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isAboutOneFile(error)) return null;
    throw error;
  }
}
