import type { Dataset } from '../datasets/dataset';
import { RandomStream } from '../random/stream';
import type { RunConfig } from '../runs/config';

const MAX_IMAGES = 2000;
/** Maximum total pixel values, which bounds the time to encode them. */
const MAX_PIXEL_VALUES = 6_400_000;

/**
 * Returns the rows of the images tracked across snapshots, ascending. Drawn with the seed of the split, so runs on the same
 * images track the same ones.
 */
export function trackedRows({ data, model }: RunConfig, dataset: Pick<Dataset, 'count'>): Uint32Array {
  const limit = Math.max(1, Math.min(MAX_IMAGES, Math.floor(MAX_PIXEL_VALUES / model.inputSize)));
  const order = new RandomStream(data.split.seed, 'follow').permutation(0, dataset.count);
  return order.subarray(0, limit).sort();
}
