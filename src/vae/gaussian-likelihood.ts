import { add, exp, maximum, mul, neg, sigmoid, square, sub, sum } from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/**
 * Minimum log-variance: that of rounding to 8 bits, (1/255)² / 12. Without it, the density of a pixel that never changes would
 * grow without bound.
 */
export const MIN_LOG_VARIANCE = -2 * Math.log(255) - Math.log(12);

/**
 * Returns log p(x|z) of a diagonal Gaussian, in nats; a density, so it may exceed 0. A sigmoid keeps the mean in (0, 1), as for
 * the paper's Frey Face (appendix C.2).
 * @param x [batch, D] in [0, 1] @param location logits of the mean [batch, D] @param logVariance [batch, D] @returns [batch]
 */
export function gaussianLogLikelihood(x: Tensor2D, location: Tensor2D, logVariance: Tensor2D): Tensor1D {
  const bounded = maximum(logVariance, MIN_LOG_VARIANCE);
  const deviation = mul(square(sub(x, sigmoid(location))), exp(neg(bounded)));
  return mul(-0.5, sum(add(add(deviation, bounded), Math.log(2 * Math.PI)), 1));
}

/** Samples x ~ p(x|z), which may leave [0, 1]. @param normal [batch, D] ~ N(0, 1) */
export function sampleGaussian(location: Tensor2D, logVariance: Tensor2D, normal: Tensor2D): Tensor2D {
  const bounded = maximum(logVariance, MIN_LOG_VARIANCE);
  return add(sigmoid(location), mul(exp(mul(bounded, 0.5)), normal));
}
