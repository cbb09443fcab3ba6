import type { Dataset } from '../../datasets/dataset';
import { representativeRows } from '../../datasets/sampling/representative-rows';
import type { Pictures } from '../../domain/pictures';
import { encodePng } from '../../images/codecs/png-encode';
import { enlargedIfSmall, intoRowPairs, intoRows, tileRows } from '../../images/tiles';
import { decodePictures } from '../../model/decode';
import { samplePrior } from '../../model/manifold';
import type { Model } from '../../model/model';

const COLUMNS = 10;
const IMAGES = 20;

/** Draws images that represent some rows, each above its reconstruction: the decoded posterior mean. */
export async function reconstructionsPng(
  model: Model,
  dataset: Dataset,
  rows: Uint32Array,
): Promise<Uint8Array> {
  const chosen = representativeRows(dataset, rows, IMAGES, model.config.data.split.seed);
  const { width, height, channels } = dataset.shape;
  const bytes = dataset.images.gather(chosen);
  const { mean } = await model.session.encode(bytes, chosen.length);
  const decoded = await decodePictures(model, mean, chosen.length);
  const originals = { width, height, channels, count: chosen.length, bytes };
  return png(intoRowPairs(originals, decoded, COLUMNS));
}

/** Draws the mean images of points drawn from the prior N(0, I). */
export async function samplesPng(model: Model, seed: number): Promise<Uint8Array> {
  return png(intoRows(await samplePrior(model, 2 * IMAGES, seed), COLUMNS));
}

function png(rows: readonly Pictures[]): Uint8Array {
  return encodePng(enlargedIfSmall(tileRows(rows, 2), rows[0]!.height));
}
