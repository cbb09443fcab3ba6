import type { Dataset } from '../datasets/dataset';
import { RandomStream } from '../random/stream';
import type { RunConfig } from '../runs/config';

const MAX_IMAGES = 2000;
/** Pixel values of all of them, which bounds what encoding them takes. */
const MAX_PIXEL_VALUES = 6_400_000;

/**
 * Rows of the images whose places are followed through time, ascending. Drawn by the seed of the split: all runs on the same
 * images follow the same ones.
 */
export function followedRows({ data, model }: RunConfig, dataset: Pick<Dataset, 'count'>): Uint32Array {
  const most = Math.max(1, Math.min(MAX_IMAGES, Math.floor(MAX_PIXEL_VALUES / model.inputSize)));
  const order = new RandomStream(data.split.seed, 'follow').permutation(0, dataset.count);
  return order.subarray(0, most).sort();
}
