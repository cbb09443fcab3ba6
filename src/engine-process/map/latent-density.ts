import { setImmediate as turn } from 'node:timers/promises';
import { gaussian, logDensities } from '../../latent/aggregate';
import type { Gaussian } from '../../latent/aggregate';
import type { PrincipalComponents } from '../../latent/pca';
import type { Latents } from '../../runs/latents';

/** Numbers that are gone through before the event loop has its turn. */
const BLOCK_VALUES = 200_000;
/** Images whose densities are computed, spread evenly over all. */
const MAX_RANKED_IMAGES = 10_000;
/** Most latent dimensions: the covariance has their square. */
const MAX_DIMENSIONS = 512;

/** The aggregate posterior of encoded images, as a normal distribution. */
export interface LatentDensity {
  readonly gaussian: Gaussian;
  /** Log density at the posterior means of some images, ascending. */
  readonly densities: Float32Array;
}

/**
 * The normal distribution with the first two moments of the aggregate posterior of all encoded images, and the densities
 * that they have under it. Null for too many dimensions, and where the images do not vary.
 */
export async function latentDensity(
  { mean, logVariance, dimensions: n, ids }: Latents,
  { mean: centre, directions, variances }: PrincipalComponents,
): Promise<LatentDensity | null> {
  if (n > MAX_DIMENSIONS) return null;
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

/** Share of ascending values that are below one. */
export function rankOf(ascending: Float32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low / ascending.length;
}
