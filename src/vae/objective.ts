import { logSumExp, maximum, mean, mul, reshape, sub, sum, tile } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Objective, VaeConfig } from './config';
import { boundTerms } from './elbo';
import type { BoundTerms } from './elbo';
import { encode } from './encoder';
import { logWeight } from './importance';
import type { Parameters } from './parameters';

/** Terms of a minibatch, in nats per datapoint. */
export interface ObjectiveTerms {
  /** The objective that training ascends. */
  readonly objective: Scalar;
  /** The plain bound, with the analytic, unweighted KL, whatever the objective. */
  readonly elbo: Scalar;
  readonly reconstruction: Scalar;
}

/**
 * Returns log w of every draw, as in eq. 6 of the paper: log p(x, z) - log q(z|x).
 * @param epsilon [L * batch, Nz]; row l * batch + i is draw l of datapoint i @returns [L, batch]
 */
function logWeights(
  model: VaeConfig,
  parameters: Parameters<Tensor>,
  x: Tensor2D,
  epsilon: Tensor2D,
): Tensor2D {
  const posterior = encode(model, parameters, x);
  const batch = x.shape[0];
  const draws = epsilon.shape[0] / batch;
  const repeat = (t: Tensor2D): Tensor2D => (draws === 1 ? t : tile(t, [draws, 1]));
  const repeated = { mean: repeat(posterior.mean), logVariance: repeat(posterior.logVariance) };
  const weights: Tensor1D = logWeight(model, parameters, repeat(x), repeated, epsilon);
  return reshape(weights, [draws, batch]);
}

/**
 * Returns the bound with its KL weighted by beta (Higgins et al. 2017). Each dimension's KL, averaged over the minibatch,
 * counts as at least the free bits, which are in nats (Kingma et al. 2016).
 */
function weightedBound(
  { beta, freeBits }: Objective,
  { klPerDimension }: BoundTerms,
  reconstruction: Scalar,
): Scalar {
  const kl = mean<Tensor1D>(klPerDimension, 0);
  return sub(reconstruction, mul(beta, sum(freeBits > 0 ? maximum(kl, freeBits) : kl)));
}

/**
 * Returns the terms of the estimator for a minibatch.
 * @param x [batch, D] in [0, 1] @param epsilon noise [L * batch, Nz] ~ N(0, I), for L draws (k importance weights)
 */
export function objectiveTerms(
  model: VaeConfig,
  objective: Objective,
  parameters: Parameters<Tensor>,
  x: Tensor2D,
  epsilon: Tensor2D,
): ObjectiveTerms {
  const terms = boundTerms(model, parameters, x, epsilon);
  const reconstruction = mean<Scalar>(terms.reconstruction);
  const elbo: Scalar = sub(reconstruction, mean(sum(terms.klPerDimension, 1)));
  switch (objective.estimator) {
    case 'analytic-kl': {
      const plain = objective.beta === 1 && objective.freeBits === 0;
      return {
        objective: plain ? elbo : weightedBound(objective, terms, reconstruction),
        elbo,
        reconstruction,
      };
    }
    case 'sgvb-a':
      return { objective: mean(logWeights(model, parameters, x, epsilon)), elbo, reconstruction };
    case 'importance-weighted': {
      // Eq. 8 of Burda, Grosse & Salakhutdinov 2016: the mean over datapoints of log (1/k) sum of the weights.
      const weights = logWeights(model, parameters, x, epsilon);
      const bound = sub(logSumExp(weights, 0), Math.log(weights.shape[0]));
      return { objective: mean(bound), elbo, reconstruction };
    }
    default:
      return objective.estimator satisfies never;
  }
}
