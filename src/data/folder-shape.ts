import { join } from 'node:path';
import { decodeImage, readImageHeader } from './codecs/decode';
import { DataError, type ImageShape } from './dataset';
import { readRegularFile } from './files';
import type { LoadOptions } from './options';

/** Small pictures of one size are taken as they are; everything else is brought to this side, square. */
const DEFAULT_SIDE = 32;
const LARGEST_OWN_SIDE = 64;
const SMALLEST_OWN_SIDE = 4;

/** How many files are looked at for colour, and how far apart red, green and blue must be to count as one. */
const COLOUR_SAMPLE = 100;
const COLOUR_SPREAD = 16;

/**
 * The shape that a folder of pictures suggests. Size: their own if all have the same and no side is over 64 pixels,
 * else 32x32. Channels: 3 if any of 100 files, evenly spread over the sorted names, has a pixel whose red, green and
 * blue differ by more than 16, else 1. Nothing is looked at that the options already answer. Where the options ask for
 * `squares`, a common size may be of any largeness, and the usual square stands in for 32x32.
 */
export async function suggestShape(
  root: string,
  files: readonly string[],
  options: LoadOptions,
): Promise<ImageShape> {
  const sizeKnown = options.width !== undefined || options.height !== undefined;
  const { squares, signal } = options;
  const largest = squares ? Infinity : LARGEST_OWN_SIDE;
  const side = squares?.usual ?? DEFAULT_SIDE;
  const common = sizeKnown ? undefined : await commonSize(root, files, largest, signal);
  const size = common ?? { width: side, height: side };
  return { ...size, channels: options.channels ?? (await coloursOf(root, files, signal)) };
}

/** The one size that all readable files have, no side over `largest`; stops at the first that differs. */
async function commonSize(root: string, files: readonly string[], largest: number, signal?: AbortSignal) {
  let common: { width: number; height: number } | undefined;
  for (const file of files) {
    signal?.throwIfAborted();
    const header = await headerOf(join(root, file));
    if (!header) continue;
    const { width, height } = header;
    if (Math.max(width, height) > largest || Math.min(width, height) < SMALLEST_OWN_SIDE) return undefined;
    if (common && (common.width !== width || common.height !== height)) return undefined;
    common = { width, height };
  }
  return common;
}

async function headerOf(path: string) {
  return orNull(async () => {
    const start = await readRegularFile(path, 65_536);
    return readImageHeader(start) ?? readImageHeader(await readRegularFile(path));
  });
}

async function coloursOf(root: string, files: readonly string[], signal?: AbortSignal): Promise<1 | 3> {
  const step = Math.max(1, files.length / COLOUR_SAMPLE);
  for (let i = 0; i < files.length; i += step) {
    signal?.throwIfAborted();
    const path = join(root, files[Math.floor(i)]!);
    const image = await orNull(async () => decodeImage(await readRegularFile(path)));
    if (image && hasColour(image.data)) return 3;
  }
  return 1;
}

function hasColour(rgba: Uint8Array): boolean {
  for (let i = 0; i < rgba.length; i += 4) {
    const [red, green, blue] = [rgba[i]!, rgba[i + 1]!, rgba[i + 2]!];
    if (rgba[i + 3]! > 0 && Math.max(red, green, blue) - Math.min(red, green, blue) > COLOUR_SPREAD)
      return true;
  }
  return false;
}

/** Unusable files are listed when they are loaded; here they only have no say. */
async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
