import { deviations } from '../latent/aggregate';
import type { Gaussian } from '../latent/aggregate';
import { normalQuantiles } from '../latent/normal';
import { edited, traversal } from '../latent/traversal';
import type { Edit } from '../latent/traversal';

/** Points of latent space that are still to be decoded. */
export interface TraversalPoints {
  /** Nz. */
  readonly centre: Float32Array;
  /** dimensions × frames: the coordinate that varies. */
  readonly values: Float32Array;
  /** dimensions × frames × Nz. */
  readonly z: Float32Array;
}

/**
 * Each of `dimensions` varied over quantiles of the prior N(0, 1), or of its coordinate under another normal distribution,
 * all others held at `origin` with its `edits`. Each frame stands for an equal share of the distribution's mass.
 * @throws RangeError for a dimension that the origin has not
 */
export function traversalPoints(
  origin: Float32Array,
  edits: readonly Edit[],
  dimensions: readonly number[],
  frames: number,
  gaussian: Gaussian | null,
): TraversalPoints {
  const centre = edited(origin, edits);
  const quantiles = normalQuantiles(frames);
  const scale = gaussian && deviations(gaussian);
  const values = new Float32Array(dimensions.length * frames);
  const z = new Float32Array(dimensions.length * frames * origin.length);
  dimensions.forEach((dimension, i) => {
    const own =
      gaussian && scale ? quantiles.map((q) => gaussian.mean[dimension]! + scale[dimension]! * q) : quantiles;
    values.set(own, i * frames);
    z.set(traversal(centre, dimension, own), i * frames * origin.length);
  });
  return { centre, values, z };
}
