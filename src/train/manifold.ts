import { inverseNormal } from '../latent/normal';
import type { Pictures } from '../protocol/pictures';
import { RandomStream } from '../random/stream';
import { decodePictures } from './decode';
import type { Model } from './model';

/**
 * The learnt manifold (Figure 4 of the paper): side × side pictures, decoded from the unit square's even grid through
 * the inverse normal distribution function, in two latent dimensions; the others are 0. The first row is the highest
 * value of the second dimension, as in a plot.
 */
export function manifold(
  model: Model,
  side: number,
  dimensions: readonly [number, number],
): Promise<Pictures> {
  const { latent } = model.config.model;
  const [across, up] = dimensions;
  if (across >= latent || up >= latent) {
    throw new RangeError(`dimensions: got ${across} and ${up}, expected numbers below ${latent}`);
  }
  const z = new Float32Array(side * side * latent);
  const at = (i: number): number => inverseNormal((i + 0.5) / side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const offset = (row * side + column) * latent;
      z[offset + across] = at(column);
      if (up !== across) z[offset + up] = at(side - 1 - row);
    }
  }
  return decodePictures(model, z, side * side);
}

/** Pictures decoded from draws of the prior N(0, I) (Figure 5 of the paper). */
export function samplePrior(model: Model, count: number, seed: number): Promise<Pictures> {
  const z = new RandomStream(seed, 'sample').normals(0, count * model.config.model.latent);
  return decodePictures(model, z, count);
}
