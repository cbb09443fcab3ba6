import type { Dataset } from '../../datasets/dataset';
import { representativeRows } from '../../datasets/sampling/representative-rows';
import type { Pictures } from '../../domain/pictures';
import { encodePng } from '../../images/codecs/png-encode';
import { enlarge, intoRows, tileRows } from '../../images/tiles';
import { decodePictures } from '../../model/decode';
import { samplePrior } from '../../model/manifold';
import type { Model } from '../../model/model';

const COLUMNS = 10;
const IMAGES = 20;
/** Maximum image height, in pixels, up to which pictures are enlarged for viewing. */
const MAX_ENLARGED_HEIGHT = 32;

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
  const decoded = intoRows(await decodePictures(model, mean, chosen.length), COLUMNS);
  const originals = intoRows({ width, height, channels, count: chosen.length, bytes }, COLUMNS);
  return png(originals.flatMap((row, i) => [row, decoded[i]!]));
}

/** Draws the mean images of points drawn from the prior N(0, I). */
export async function samplesPng(model: Model, seed: number): Promise<Uint8Array> {
  return png(intoRows(await samplePrior(model, 2 * IMAGES, seed), COLUMNS));
}

function png(rows: readonly Pictures[]): Uint8Array {
  const picture = tileRows(rows, 2);
  return encodePng(rows[0]!.height <= MAX_ENLARGED_HEIGHT ? enlarge(picture, 2) : picture);
}
