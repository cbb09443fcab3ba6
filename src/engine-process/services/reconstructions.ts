import type { Dataset, Split } from '../../datasets/dataset';
import { representativeRows } from '../../datasets/sampling/representative-rows';
import type { Reconstructions } from '../../protocol/engine';
import { decodePictures } from '../../model/decode';
import type { Model } from '../../model/model';

/** Number of images in the reconstruction strip. */
const STRIP_IMAGES = 12;

/**
 * Returns the rows of the images reconstructed throughout a run: those that represent the validation split. They follow from the
 * dataset and the seed of its split, so that they are the same at each step, after a resume and in other runs on this dataset.
 */
export function shownRows(
  { config }: Pick<Model, 'config'>,
  dataset: Pick<Dataset, 'labels'>,
  split: Split,
): Uint32Array {
  return representativeRows(dataset, split.validation, STRIP_IMAGES, config.data.split.seed);
}

/** Reconstructs images that represent the validation split, from their posterior means. */
export async function reconstruct(model: Model, dataset: Dataset, split: Split): Promise<Reconstructions> {
  const rows = shownRows(model, dataset, split);
  const bytes = dataset.images.gather(rows);
  const { mean } = await model.session.encode(bytes, rows.length);
  return {
    ids: Array.from(rows, (row) => dataset.id(row)),
    originals: { ...model.shape, count: rows.length, bytes },
    reconstructions: await decodePictures(model, mean, rows.length),
    step: model.step,
  };
}
