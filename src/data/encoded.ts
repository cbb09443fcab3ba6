import { setImmediate as turn } from 'node:timers/promises';
import { decodeImage, FORMAT_NAMES } from './codecs/decode';
import { DataError, imageSize, type Dataset, type ImageShape, type SkippedFile } from './dataset';
import { suggestShape } from './encoded-shape';
import { readRegularFile } from './files';
import { allocatePixels, requestedShape, type LoadOptions } from './options';
import { flatten, resample } from './resize';
import { residentRows } from './rows';

/** A picture as a file has it: one of a folder, or inside another file. */
export interface EncodedImage {
  /** As in `Dataset`. */
  readonly id: string;
  /** For people, where the picture is skipped. */
  readonly path: string;
  /** Its bytes, as a file would have them; of more than `limit` perhaps only the first. @throws DataError with a short reason */
  read(limit?: number): Promise<Uint8Array>;
}

/** What can be loaded of some pictures. */
export interface LoadedPictures<T> extends Pick<Dataset, 'shape' | 'count' | 'images' | 'id' | 'skipped'> {
  /** The pictures that were used, in order. */
  readonly used: readonly T[];
}

/** Above this share of unusable pictures the folder or file is probably not what was meant. */
const LARGEST_SKIPPED_SHARE = 0.5;

/**
 * Loads pictures in their order. Those that cannot be used are skipped and listed; the result equals that of the others
 * alone. The shape is that of `suggestShape` unless the options say otherwise.
 * @param place for messages: the folder or file that the pictures are in
 * @throws DataError if there are none, or more than half of them cannot be used
 */
export async function loadEncoded<T extends EncodedImage>(
  place: string,
  images: readonly T[],
  options: LoadOptions,
): Promise<LoadedPictures<T>> {
  if (images.length === 0)
    throw new DataError(`${place}: no images found; expected ${FORMAT_NAMES} images in it`);
  const shape = requestedShape(await suggestShape(images, options), options);
  const pixels = allocatePixels(images.length, shape);
  const used: T[] = [];
  const skipped: SkippedFile[] = [];
  for (const [i, image] of images.entries()) {
    options.signal?.throwIfAborted();
    try {
      pixels.set(await decodeRow(await image.read(), shape), used.length * imageSize(shape));
      used.push(image);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      skipped.push({ path: image.path, reason: error.message });
    }
    options.onProgress?.(i + 1, images.length);
    if (i % 20 === 0) await turn();
  }
  if (used.length === 0 || skipped.length > LARGEST_SKIPPED_SHARE * images.length) {
    const examples = skipped.slice(0, 3).map(({ path, reason }) => `${path} (${reason})`);
    const share = `${skipped.length} of ${images.length} pictures cannot be used, expected at most half`;
    const more = skipped.length > 3 ? ', ...' : '';
    const advice = 'check that this is what was meant, or take these out of it';
    throw new DataError(`${place}: ${share}: ${examples.join(', ')}${more}; ${advice}`);
  }
  return {
    shape,
    count: used.length,
    images: residentRows(pixels.subarray(0, used.length * imageSize(shape)), imageSize(shape)),
    id: (index) => idAt(used, index),
    skipped,
    used,
  };
}

/**
 * One image file in a run's shape, exactly as a dataset with it would have it.
 * @returns height * width * channels bytes
 * @throws DataError with the reason, without the path
 */
export async function loadImage(path: string, shape: ImageShape): Promise<Uint8Array> {
  return decodeRow(await readRegularFile(path), shape);
}

async function decodeRow(bytes: Uint8Array, shape: ImageShape): Promise<Uint8Array> {
  const image = await decodeImage(bytes);
  const { width, height } = image;
  return resample(flatten(image, shape.channels), { width, height, channels: shape.channels }, shape);
}

function idAt(images: readonly EncodedImage[], index: number): string {
  const image = images[index];
  if (!image) throw new RangeError(`image ${index}: expected 0 to ${images.length - 1}`);
  return image.id;
}
