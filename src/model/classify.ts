import type { Pictures } from '../domain/pictures';
import { imageSize } from '../images/image-shape';
import type { ImageShape } from '../images/image-shape';
import { resample } from '../images/resize';

/** Maximum bytes of images, and numbers that are returned, per call of a classifier, so that a call takes a moment. */
const MAX_CALL_BYTES = 2 ** 22;

/** Runs a classifier. @param images rows of bytes in its shape @returns count × classes probabilities */
export type Classify = (images: Uint8Array, count: number) => Promise<Float32Array>;

/**
 * Computes the probabilities of classes for pictures, which are brought to the classifier's shape as images are to a model's: resampled,
 * cropped to another aspect ratio, grey or colour. Yields the number that is done after each call.
 * @returns count × classes
 */
export async function* classifyPictures(
  classify: Classify,
  to: ImageShape,
  classes: number,
  pictures: {
    readonly shape: ImageShape;
    readonly count: number;
    range(first: number, count: number): Uint8Array;
  },
): AsyncGenerator<number, Float32Array> {
  const { shape, count } = pictures;
  const values = new Float32Array(count * classes);
  const [own, size] = [imageSize(shape), imageSize(to)];
  const batch = Math.max(1, Math.floor(MAX_CALL_BYTES / Math.max(size, 4 * classes)));
  for (let first = 0; first < count; first += batch) {
    const number = Math.min(batch, count - first);
    const bytes = pictures.range(first, number);
    const images = new Uint8Array(number * size);
    for (let i = 0; i < number; i++)
      images.set(resample(bytes.subarray(i * own, (i + 1) * own), shape, to), i * size);
    values.set(await classify(images, number), first * classes);
    yield first + number;
  }
  return values;
}

/** Pictures, for `classifyPictures`. */
export const rangesOf = (pictures: Pictures): Parameters<typeof classifyPictures>[3] => {
  const { width, height, channels, count, bytes } = pictures;
  const shape = { width, height, channels };
  const size = imageSize(shape);
  return { shape, count, range: (first, number) => bytes.subarray(first * size, (first + number) * size) };
};
