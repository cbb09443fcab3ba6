import type { Dataset } from '../datasets/dataset';
import type { Session } from '../engine/engine';
import { ColumnVariances } from '../statistics/moments';

/** Images per engine call. */
const BATCH_IMAGES = 250;

/** A latent dimension is active if the variance of its posterior mean over the images exceeds this. */
export const ACTIVE_VARIANCE = 0.01;

/** Posterior means of images, with their variance per latent dimension. */
export interface PosteriorMeans {
  /** count × Nz, in the order of the rows. */
  readonly means: Float32Array;
  /** Var over images of E[z_d | x], for each dimension d. */
  readonly variances: Float64Array;
  /** Mean over images of the posterior variance, for each dimension. */
  readonly meanPosteriorVariances: Float64Array;
  /** Number of dimensions whose variance exceeds `ACTIVE_VARIANCE`. */
  readonly activeUnits: number;
}

/**
 * Counts active units (Burda, Grosse & Salakhutdinov 2016): A_d = Var over x of E[z_d | x] > 0.01. An inactive dimension
 * carries no information about the image. Yields after each batch.
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
