import { RandomStream } from '../random/stream';
import type { Dataset, Split, SplitRequest } from './dataset';
import { MIN_IMAGES } from '../domain/split';
import { DataError } from '../images/data-error';

/**
 * Returns the dataset's own split, or else a random one, with at most `trainLimit` training images.
 * @throws DataError if there are too few images for a random split
 */
export function splitDataset(
  dataset: Pick<Dataset, 'name' | 'count' | 'split'>,
  request: SplitRequest,
): Split {
  const split = dataset.split ?? randomSplit(dataset, request);
  return request.trainLimit ? { ...split, train: split.train.subarray(0, request.trainLimit) } : split;
}

/**
 * Splits a seeded permutation: the first images are for testing, the next for validation, the rest for training. The size
 * of a part is its fraction of all images, rounded, but at least 1. Each part is in ascending order.
 */
function randomSplit({ name, count }: Pick<Dataset, 'name' | 'count'>, request: SplitRequest): Split {
  if (count < MIN_IMAGES) {
    const got = `got ${count} image${count === 1 ? '' : 's'}`;
    throw new DataError(`${name}: ${got}, expected at least ${MIN_IMAGES} to train on; add images`);
  }
  const test = Math.max(1, Math.round(request.test * count));
  const validation = Math.max(1, Math.round(request.validation * count));
  if (test + validation >= count) {
    const got = `validation ${request.validation} and test ${request.test} leave nothing of ${count} images`;
    throw new DataError(`${name}: ${got}, expected something to train on; lower these fractions`);
  }
  const order = new RandomStream(request.seed, 'split').permutation(0, count);
  return {
    train: order.slice(test + validation).sort(),
    validation: order.slice(test, test + validation).sort(),
    test: order.slice(0, test).sort(),
  };
}
