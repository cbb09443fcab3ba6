import { FORMAT_NAMES } from './codecs/decode';
import { DataError, imageSize, type Dataset, type ImageShape, type SkippedFile } from './dataset';
import { withDecoder, type Decoder } from './decoding/decoder';
import { decodeInOrder } from './decoding/in-order';
import { decodeTo } from './decoding/task';
import { suggestShape } from './encoded-shape';
import { readRegularFile } from './files';
import { allocatePixels, requestedShape, type LoadOptions } from './options';
import { residentRows } from './rows';

/** A picture as a file has it: one of a folder, or inside another file. */
export interface EncodedImage {
  /** As in `Dataset`. */
  readonly id: string;
  /** For people, where the picture is skipped. */
  readonly path: string;
  /** Where it is a file of its own: the path that it is read from. */
  readonly file?: string;
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
  if (images.length === 0) {
    throw new DataError(`${place}: no images found; expected ${FORMAT_NAMES} images in it`);
  }
  return withDecoder(options.threads ?? 1, async (decoder) => {
    const shape = requestedShape(await suggestShape(images, options, decoder), options);
    return decodeEncoded(place, images, shape, options, decoder);
  });
}

async function decodeEncoded<T extends EncodedImage>(
  place: string,
  images: readonly T[],
  shape: ImageShape,
  { signal, onProgress }: LoadOptions,
  decoder: Decoder,
): Promise<LoadedPictures<T>> {
  const pixels = allocatePixels(images.length, shape);
  const used: T[] = [];
  const skipped: SkippedFile[] = [];
  for await (const outcome of decodeInOrder(decoder, images, shape, signal)) {
    const image = images[used.length + skipped.length]!;
    if ('problem' in outcome) skipped.push({ path: image.path, reason: outcome.problem });
    else {
      pixels.set(outcome.bytes, used.length * imageSize(shape));
      used.push(image);
    }
    onProgress?.(used.length + skipped.length, images.length);
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
  return decodeTo(await readRegularFile(path), shape);
}

function idAt(images: readonly EncodedImage[], index: number): string {
  const image = images[index];
  if (!image) throw new RangeError(`image ${index}: expected 0 to ${images.length - 1}`);
  return image.id;
}
