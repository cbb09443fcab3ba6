import { add, exp, mul, neg, square, sub, sum } from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Posterior } from './encoder';

/** Returns z = mean + sigma * epsilon, the reparameterisation (eq. 4). All [batch, Nz]; epsilon ~ N(0, I). */
export function reparameterise({ mean, logVariance }: Posterior, epsilon: Tensor2D): Tensor2D {
  return add(mean, mul(exp(mul(logVariance, 0.5)), epsilon));
}

/**
 * Returns log q(z|x) = -1/2 sum over dimensions of log 2 pi + log sigma² + (z - mean)² / sigma², in nats; a density, so it may
 * exceed 0. All [batch, Nz]. @returns [batch]
 */
export function gaussianLogDensity(z: Tensor2D, { mean, logVariance }: Posterior): Tensor1D {
  const deviation = mul(square(sub(z, mean)), exp(neg(logVariance)));
  return mul(-0.5, sum(add(add(deviation, logVariance), Math.log(2 * Math.PI)), 1));
}

/**
 * Returns KL(q(z|x) || N(0, I)) of each dimension: 1/2 (mean² + sigma² - 1 - log sigma²) >= 0, in nats (appendix B).
 * @returns [batch, Nz]
 */
export function klPerDimension({ mean, logVariance }: Posterior): Tensor2D {
  return mul(0.5, sub(add(square(mean), exp(logVariance)), add(1, logVariance)));
}
