import type { Dataset } from '../datasets/dataset';
import { aggregateGaussian, logDensities } from '../latent/aggregate';
import type { Gaussian } from '../latent/aggregate';
import { posteriorMeans } from './active-units';
import { evenlySpread } from './evaluation';
import type { Model } from './model';
import { RequestError } from '../runs/request-error';
import { MAX_FITTED_DIMENSIONS } from '../domain/limits';

/** Training images used to fit the aggregate posterior: spread evenly over their split, the same ones each time. */
const FITTED_IMAGES = 2000;

/** A normal approximation of the aggregate posterior. */
export interface FittedAggregate {
  readonly gaussian: Gaussian;
  /** Number of training images it was fitted on. */
  readonly images: number;
  /** Log densities at their posterior means, ascending; the reference for ranking other points. */
  readonly densities: Float32Array;
}

/**
 * Fits a normal distribution to the mean and covariance of the aggregate posterior of some training images. Yields after
 * each engine call; the weights must not change meanwhile. @throws RequestError above 512 latent dimensions
 */
export async function* fitAggregate(
  { config, session }: Pick<Model, 'config' | 'session'>,
  dataset: Dataset,
  trainRows: Uint32Array,
): AsyncGenerator<unknown, FittedAggregate> {
  const { latent } = config.model;
  if (latent > MAX_FITTED_DIMENSIONS) {
    throw new RequestError(
      `got ${latent} latent dimensions, expected at most ${MAX_FITTED_DIMENSIONS} for an aggregate posterior: use the prior`,
    );
  }
  const rows = evenlySpread(trainRows, FITTED_IMAGES);
  const { means, meanPosteriorVariances } = yield* posteriorMeans(session, latent, dataset, rows);
  const gaussian = aggregateGaussian(means, meanPosteriorVariances);
  return { gaussian, images: rows.length, densities: logDensities(gaussian, means).sort() };
}
