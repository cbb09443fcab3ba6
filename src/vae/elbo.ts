import { mean, reshape, tile } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { VaeConfig } from './config';
import { decode } from './decoder';
import { encode } from './encoder';
import { klPerDimension, reparameterise } from './gaussian';
import { likelihoodOf } from './likelihood';
import type { Parameters } from './parameters';

/** The two terms of each datapoint's bound, in nats: elbo = reconstruction - sum of klPerDimension. */
export interface BoundTerms {
  /** (1/L) sum over l of log p(x|z_l); [batch] */
  readonly reconstruction: Tensor1D;
  /** [batch, Nz] */
  readonly klPerDimension: Tensor2D;
}

/**
 * Returns the terms of the estimator with the analytic KL (eq. 7): -KL(q(z|x) || p(z)) + (1/L) sum over l of log p(x|z_l).
 * @param x datapoints [batch, D] in [0, 1]
 * @param epsilon noise [L * batch, Nz] ~ N(0, I); row l * batch + i is draw l of datapoint i
 */
export function boundTerms(
  model: VaeConfig,
  parameters: Parameters<Tensor>,
  x: Tensor2D,
  epsilon: Tensor2D,
): BoundTerms {
  const posterior = encode(model, parameters, x);
  const batch = x.shape[0];
  const draws = epsilon.shape[0] / batch;
  const repeat = (t: Tensor2D): Tensor2D => (draws === 1 ? t : tile(t, [draws, 1]));
  const z = reparameterise(
    { mean: repeat(posterior.mean), logVariance: repeat(posterior.logVariance) },
    epsilon,
  );
  const logLikelihood = likelihoodOf(model).logProbability(repeat(x), decode(model, parameters, z));
  return {
    reconstruction: draws === 1 ? logLikelihood : mean(reshape(logLikelihood, [draws, batch]), 0),
    klPerDimension: klPerDimension(posterior),
  };
}
