import { sigmoid, slice } from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { bernoulliLogLikelihood, bernoulliMean, sampleBernoulli } from './bernoulli';
import type { VaeConfig } from './config';
import {
  continuousBernoulliLogLikelihood,
  continuousBernoulliMean,
  sampleContinuousBernoulli,
} from './continuous-bernoulli';
import { discretizedLogisticLogLikelihood, sampleDiscretizedLogistic } from './discretized-logistic';
import { gaussianLogLikelihood, sampleGaussian } from './gaussian-likelihood';

/** The distribution p(x|z), parameterised by the decoder's output. */
export interface Likelihood {
  /** Returns the parameters by name, each [batch, D]. @param decoded [batch, parameters * D] */
  parameters(decoded: Tensor2D): Readonly<Record<string, Tensor2D>>;
  /** Returns log p(x|z) in nats. @param x [batch, D] in [0, 1] @param decoded [batch, parameters * D] @returns [batch] */
  logProbability(x: Tensor2D, decoded: Tensor2D): Tensor1D;
  /** Returns E[x|z], unless noted otherwise. @returns [batch, D] in [0, 1] */
  mean(decoded: Tensor2D): Tensor2D;
  /**
   * Samples x ~ p(x|z); not differentiable. @param decoded [batch, parameters * D]
   * @param noise [batch, D], distributed as `pixelNoiseOf` says @returns [batch, D]
   */
  sample(decoded: Tensor2D, noise: Tensor2D): Tensor2D;
}

/** Splits the decoder's output into two parameters, which lie side by side. @returns [batch, D] each */
function halves(decoded: Tensor2D): readonly [Tensor2D, Tensor2D] {
  const [batch, columns] = decoded.shape;
  const size = columns / 2;
  return [slice(decoded, [0, 0], [batch, size]), slice(decoded, [0, size], [batch, size])];
}

const LIKELIHOODS: Readonly<Record<VaeConfig['likelihood'], Likelihood>> = {
  bernoulli: {
    parameters: (logits) => ({ logits }),
    logProbability: bernoulliLogLikelihood,
    mean: bernoulliMean,
    sample: sampleBernoulli,
  },
  'continuous-bernoulli': {
    parameters: (logits) => ({ logits }),
    logProbability: continuousBernoulliLogLikelihood,
    mean: continuousBernoulliMean,
    sample: sampleContinuousBernoulli,
  },
  gaussian: {
    parameters: (decoded) => {
      const [location, logVariance] = halves(decoded);
      return { location, logVariance };
    },
    logProbability: (x, decoded) => gaussianLogLikelihood(x, ...halves(decoded)),
    mean: (decoded) => sigmoid(halves(decoded)[0]),
    sample: (decoded, noise) => sampleGaussian(...halves(decoded), noise),
  },
  'discretized-logistic': {
    parameters: (decoded) => {
      const [location, logScale] = halves(decoded);
      return { location, logScale };
    },
    logProbability: (x, decoded) => discretizedLogisticLogLikelihood(x, ...halves(decoded)),
    // Mean of the logistic distribution itself; rounding and tails shift the mean of the 256 values slightly.
    mean: (decoded) => sigmoid(halves(decoded)[0]),
    sample: (decoded, noise) => sampleDiscretizedLogistic(...halves(decoded), noise),
  },
};

export function likelihoodOf(model: Pick<VaeConfig, 'likelihood'>): Likelihood {
  return LIKELIHOODS[model.likelihood];
}
