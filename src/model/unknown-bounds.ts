import type { ImageBounds } from '../engine/engine';

/**
 * Returns the terms of the bounds of images by a model whose likelihood is not known: the reconstruction is NaN; the KL of each dimension
 * to N(0, 1) follows from the posterior, (m^2 + s^2 - log s^2 - 1) / 2, and is NaN without a spread.
 * @param mean count x Nz @param logVariance count x Nz, -Infinity without a spread
 */
export function unknownBounds(mean: Float32Array, logVariance: Float32Array, count: number): ImageBounds {
  return {
    reconstruction: new Float32Array(count).fill(NaN),
    klPerDimension: mean.map((m, i) => {
      const log = logVariance[i]!;
      return Number.isFinite(log) ? (m * m + Math.exp(log) - log - 1) / 2 : NaN;
    }),
  };
}
