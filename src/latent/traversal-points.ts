import { deviations } from './aggregate';
import type { Gaussian } from './aggregate';
import { normalQuantiles } from './normal';
import { edited, traversal } from './traversal';
import type { Edit } from './traversal';

/** Latent points of a traversal, before decoding. */
export interface TraversalPoints {
  /** Nz values. */
  readonly centre: Float32Array;
  /** dimensions × frames: values of the coordinate that varies. */
  readonly values: Float32Array;
  /** dimensions × frames × Nz. */
  readonly z: Float32Array;
}

/**
 * Varies each of `dimensions` over quantiles of the prior N(0, 1), or of its marginal under `gaussian`, with all others
 * fixed at `origin` after `edits`. Each frame represents an equal share of the probability mass.
 * @throws RangeError for a dimension outside the origin's
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
