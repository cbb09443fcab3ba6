import { setImmediate as turn } from 'node:timers/promises';
import { decodeImage } from './codecs/decode';
import { DataError, imageSize, type Dataset, type SkippedFile } from './dataset';
import { suggestEncodedShape } from './encoded-shape';
import { allocatePixels, requestedShape, type LoadOptions } from './options';
import { flatten, resample } from './resize';
import { residentRows } from './rows';

/** A picture file inside another file. */
export interface EncodedImage {
  /** As in `Dataset`. */
  readonly id: string;
  /** For people, where the picture is skipped. */
  readonly path: string;
  /** Its bytes, as a file would have them. @throws DataError with a short reason */
  read(): Promise<Uint8Array>;
}

/** What can be loaded of some pictures. */
export interface LoadedPictures<T> extends Pick<Dataset, 'shape' | 'count' | 'images' | 'id' | 'skipped'> {
  /** The pictures that were used, in order. */
  readonly used: readonly T[];
}

/** As for folders: above this share of unusable pictures the file is probably not what was meant. */
const LARGEST_SKIPPED_SHARE = 0.5;

/**
 * Loads pictures as `loadFolder` does: those that cannot be used are skipped and listed, and the shape is their own if all
 * are small and of one size, else 32x32, unless the options say otherwise.
 * @param file for messages: what the pictures are in
 * @throws DataError if there are none, or more than half of them cannot be used
 */
export async function loadEncoded<T extends EncodedImage>(
  file: string,
  images: readonly T[],
  options: LoadOptions,
): Promise<LoadedPictures<T>> {
  if (images.length === 0) throw new DataError(`${file}: no images found; expected PNG or JPEG images in it`);
  const shape = requestedShape(await suggestEncodedShape(images, options), options);
  const pixels = allocatePixels(images.length, shape);
  const used: T[] = [];
  const skipped: SkippedFile[] = [];
  for (const [i, image] of images.entries()) {
    options.signal?.throwIfAborted();
    try {
      const picture = await decodeImage(await image.read());
      const from = { width: picture.width, height: picture.height, channels: shape.channels };
      pixels.set(resample(flatten(picture, shape.channels), from, shape), used.length * imageSize(shape));
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
    throw new DataError(`${file}: ${share}: ${examples.join(', ')}${skipped.length > 3 ? ', ...' : ''}`);
  }
  const id = (index: number): string => {
    const image = used[index];
    if (!image) throw new RangeError(`image ${index}: expected 0 to ${used.length - 1}`);
    return image.id;
  };
  return {
    shape,
    count: used.length,
    images: residentRows(pixels.subarray(0, used.length * imageSize(shape)), imageSize(shape)),
    id,
    skipped,
    used,
  };
}
