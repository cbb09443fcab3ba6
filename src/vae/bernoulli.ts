import { cast, greater, mul, sigmoid, softplus, sub, sum } from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/**
 * Returns log p(x|z) = sum over D of x l - log(1 + e^l), for logits l: <= 0 for x in [0, 1], in nats (appendix C.1).
 * @param x [batch, D] in [0, 1] @param logits [batch, D] @returns [batch]
 */
export function bernoulliLogLikelihood(x: Tensor2D, logits: Tensor2D): Tensor1D {
  return sum(sub(mul(x, logits), softplus(logits)), 1);
}

/** Samples x ~ p(x|z), each element 0 or 1. @param uniform [batch, D] in (0, 1) */
export function sampleBernoulli(logits: Tensor2D, uniform: Tensor2D): Tensor2D {
  return cast(greater(sigmoid(logits), uniform), 'float32');
}

/** Returns E[x|z], in (0, 1), for logits [batch, D]. */
export function bernoulliMean(logits: Tensor2D): Tensor2D {
  return sigmoid(logits);
}
