import { gaussianDraws } from '../latent/aggregate';
import type { Gaussian } from '../latent/aggregate';
import { RandomStream } from '../random/stream';

/**
 * Draws from the prior N(0, I), or from `gaussian` with the same noise. @returns count × Nz
 * @throws RangeError for an invalid seed
 */
export function samplePoints(
  latent: number,
  count: number,
  seed: number,
  gaussian: Gaussian | null,
): Float32Array {
  const noise = new RandomStream(seed, 'sample').normals(0, count * latent);
  return gaussian === null ? noise : gaussianDraws(gaussian, noise);
}
