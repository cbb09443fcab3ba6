import { quantileGrid } from '../latent/quantile-grid';
import type { Pictures } from '../domain/pictures';
import { decodePictures } from './decode';
import type { Model } from './model';
import { samplePoints } from './sample-latent';

/**
 * Decodes the learnt manifold (Figure 4 of the paper) as side × side pictures: an even grid on the unit square, mapped
 * through the inverse normal distribution function to two latent dimensions; the others are 0. The first row has the
 * highest value of the second dimension, as in a plot.
 */
export function manifold(
  model: Model,
  side: number,
  dimensions: readonly [number, number],
): Promise<Pictures> {
  return decodePictures(model, quantileGrid(model.config.model.latent, side, dimensions), side * side);
}

/** Decodes draws from the prior N(0, I) (Figure 5 of the paper). */
export function samplePrior(model: Model, count: number, seed: number): Promise<Pictures> {
  return decodePictures(model, samplePoints(model.config.model.latent, count, seed, null), count);
}
