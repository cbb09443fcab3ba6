import { binariseAlone } from '../datasets/sampling/binarise';
import { loadImage } from '../datasets/image-files/load-image-files';
import type { Model } from './model';

/**
 * An image file as the model sees it: bytes in its shape, binarised where its training images were.
 * @throws DataError if it is no image that can be read
 */
export async function imageFileFor({ shape, config }: Model, path: string): Promise<Uint8Array> {
  const { binarisation, split } = config.data;
  return binariseAlone(await loadImage(path, shape), binarisation, split.seed);
}
