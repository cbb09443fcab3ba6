import type { Dataset } from '../datasets/dataset';
import type { Session } from '../engine/engine';
import { ColumnVariances } from '../statistics/moments';

/** Images per call of the engine. */
const BATCH_IMAGES = 250;

/** A latent dimension is active where its posterior mean varies over the images by more than this. */
export const ACTIVE_VARIANCE = 0.01;

/** The posterior means of images, and which dimensions they use. */
export interface PosteriorMeans {
  /** Of each image in the order of the rows, Nz numbers each. */
  readonly means: Float32Array;
  /** Var over images of E[z_d | x], of each dimension d. */
  readonly variances: Float64Array;
  /** Mean over images of the posterior variance, of each dimension. */
  readonly meanPosteriorVariances: Float64Array;
  /** Dimensions whose variance is above `ACTIVE_VARIANCE`. */
  readonly activeUnits: number;
}

/**
 * Active units (Burda, Grosse & Salakhutdinov 2016): A_d = Var over x of E[z_d | x] > 0.01. A dimension that is not active
 * says nothing of the image. Yields after each batch.
 */
export async function* posteriorMeans(
  session: Session,
  latent: number,
  dataset: Pick<Dataset, 'images'>,
  rows: Uint32Array,
): AsyncGenerator<{ readonly done: number }, PosteriorMeans> {
  const means = new Float32Array(rows.length * latent);
  const columns = new ColumnVariances(latent);
  const posteriorVariances = new Float64Array(latent);
  for (let first = 0; first < rows.length; first += BATCH_IMAGES) {
    const chosen = rows.subarray(first, first + BATCH_IMAGES);
    const { mean, logVariance } = await session.encode(dataset.images.gather(chosen), chosen.length);
    means.set(mean, first * latent);
    columns.add(mean);
    logVariance.forEach((value, i) => (posteriorVariances[i % latent]! += Math.exp(value)));
    yield { done: first + chosen.length };
  }
  const variances = columns.result();
  const activeUnits = variances.filter((variance) => variance > ACTIVE_VARIANCE).length;
  const meanPosteriorVariances = posteriorVariances.map((sum) => sum / rows.length);
  return { means, variances, meanPosteriorVariances, activeUnits };
}
