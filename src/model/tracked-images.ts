import type { Dataset } from '../datasets/dataset';
import { representativeImages } from '../datasets/sampling/representative-rows';
import type { RunConfig } from '../runs/config';

const MAX_IMAGES = 2000;
/** Maximum total pixel values, which bounds the time to encode them. */
const MAX_PIXEL_VALUES = 6_400_000;

/**
 * Returns the rows of the images tracked across snapshots, ascending: representative ones, drawn with the seed of the split, so
 * runs on the same images track the same ones.
 */
export function trackedRows(
  { data, model }: Pick<RunConfig, 'data' | 'model'>,
  dataset: Pick<Dataset, 'count' | 'labels'>,
): Uint32Array {
  const limit = Math.max(1, Math.min(MAX_IMAGES, Math.floor(MAX_PIXEL_VALUES / model.inputSize)));
  return representativeImages(dataset, limit, data.split.seed).sort();
}
