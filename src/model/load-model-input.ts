import { binariseAlone } from '../datasets/sampling/binarise';
import { loadImage } from '../datasets/image-files/load-image-files';
import { readingOf } from '../datasets/load';
import type { Model } from './model';

/**
 * Loads an image file as bytes in the model's shape, binarised like its training images.
 * @param page of a file with several pictures, from 0; the first if absent
 * @throws DataError if the file is not a readable image
 */
export async function loadModelInput(
  { shape, config }: Pick<Model, 'shape' | 'config'>,
  path: string,
  page?: number,
): Promise<Uint8Array> {
  const { binarisation, split, source } = config.data;
  return binariseAlone(await loadImage(path, shape, readingOf(source), page), binarisation, split.seed);
}
