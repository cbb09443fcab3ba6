import { add, exp, fill, maximum, mul, square, sub, sum, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { VaeConfig } from './config';
import { decode } from './decoder';
import type { Posterior } from './encoder';
import { reparameterise } from './gaussian';
import { likelihoodOf } from './likelihood';
import type { Parameters } from './parameters';

/** Logarithm of a sum of weights, stored as maximum + log(sum) so that it neither overflows nor underflows. */
export interface LogSum {
  /** Largest log-weight so far; [batch] */
  readonly maximum: Tensor1D;
  /** Sum of e^(log-weight - maximum); [batch] */
  readonly sum: Tensor1D;
}

/** The lowest single-precision number. Minus infinity would not do: the difference of two of them is NaN. */
export const NO_WEIGHT = -3.4028234663852886e38;

/** Returns the log-sum of no weights. */
export function emptyLogSum(batch: number): LogSum {
  return { maximum: fill([batch], NO_WEIGHT), sum: zeros([batch]) };
}

/**
 * Returns log w = log p(x|z) + log p(z) - log q(z|x) at z = mean + sigma * epsilon, in nats. The two densities of z share their
 * constants: log p(z) - log q(z|x) = 1/2 sum over dimensions of epsilon² - z² + log sigma².
 * @param x [batch, D] in [0, 1] @param epsilon [batch, Nz] ~ N(0, I) @returns [batch]
 */
export function logWeight(
  model: VaeConfig,
  parameters: Parameters<Tensor>,
  x: Tensor2D,
  posterior: Posterior,
  epsilon: Tensor2D,
): Tensor1D {
  const z = reparameterise(posterior, epsilon);
  const ratio = add(sub(square(epsilon), square(z)), posterior.logVariance);
  const logLikelihood = likelihoodOf(model).logProbability(x, decode(model, parameters, z));
  return add(logLikelihood, mul(0.5, sum(ratio, 1)));
}

/** Adds one weight per datapoint to a running sum. @param logWeight [batch] */
export function addWeight(running: LogSum, logWeight: Tensor1D): LogSum {
  const largest = maximum<Tensor1D>(running.maximum, logWeight);
  const before = mul(running.sum, exp(sub(running.maximum, largest)));
  return { maximum: largest, sum: add(before, exp(sub(logWeight, largest))) };
}
