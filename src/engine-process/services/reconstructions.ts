import type { Dataset, Split } from '../../datasets/dataset';
import type { Reconstructions } from '../../protocol/engine';
import { decodePictures } from '../../model/decode';
import type { Model } from '../../model/model';

/** Number of images in the reconstruction strip. */
const STRIP_IMAGES = 12;

/** Returns the rows of the images reconstructed throughout a run: the first of the validation split. */
export const shownRows = (split: Split): Uint32Array => split.validation.subarray(0, STRIP_IMAGES);

/** Reconstructs the first images of the validation split from their posterior means. */
export async function reconstruct(model: Model, dataset: Dataset, split: Split): Promise<Reconstructions> {
  const rows = shownRows(split);
  const bytes = dataset.images.gather(rows);
  const { mean } = await model.session.encode(bytes, rows.length);
  return {
    ids: Array.from(rows, (row) => dataset.id(row)),
    originals: { ...model.shape, count: rows.length, bytes },
    reconstructions: await decodePictures(model, mean, rows.length),
    step: model.step,
  };
}
