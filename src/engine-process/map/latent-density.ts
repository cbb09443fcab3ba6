import { setImmediate as turn } from 'node:timers/promises';
import { gaussian, logDensities } from '../../latent/aggregate';
import type { Gaussian } from '../../latent/aggregate';
import type { PrincipalComponents } from '../../latent/pca';
import type { Latents } from '../../runs/latents';
import { MAX_FITTED_DIMENSIONS } from '../../domain/limits';

/** Values processed before yielding to the event loop. */
const BLOCK_VALUES = 200_000;
/** Maximum number of images whose densities are computed, spread evenly over the dataset. */
const MAX_RANKED_IMAGES = 10_000;

/** The aggregate posterior of the encoded images, approximated by a normal distribution. */
export interface LatentDensity {
  readonly gaussian: Gaussian;
  /** Log densities at the posterior means of some images, ascending. */
  readonly densities: Float32Array;
}

/**
 * Fits a normal distribution to the first two moments of the aggregate posterior of all encoded images, and computes the
 * images' log densities under it. Returns null above 512 latent dimensions, or if the covariance is singular.
 */
export async function latentDensity(
  { mean, logVariance, dimensions: n, ids }: Latents,
  { mean: centre, directions, variances }: PrincipalComponents,
): Promise<LatentDensity | null> {
  if (n > MAX_FITTED_DIMENSIONS) return null;
  const covariance = new Float64Array(n * n);
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) {
      const own = variances[k]! * directions[k * n + i]!;
      for (let j = 0; j <= i; j++) covariance[i * n + j]! += own * directions[k * n + j]!;
    }
  for (let start = 0; start < logVariance.length; start += BLOCK_VALUES) {
    const end = Math.min(start + BLOCK_VALUES, logVariance.length);
    for (let i = start; i < end; i++)
      covariance[(i % n) * (n + 1)]! += Math.exp(logVariance[i]!) / ids.length;
    await turn();
  }
  try {
    const fitted = gaussian(centre, covariance);
    const ranked = Math.min(ids.length, MAX_RANKED_IMAGES);
    const means = new Float32Array(ranked * n);
    for (let i = 0; i < ranked; i++) {
      const row = Math.floor((i * ids.length) / ranked);
      means.set(mean.subarray(row * n, (row + 1) * n), i * n);
    }
    return { gaussian: fitted, densities: logDensities(fitted, means).sort() };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
