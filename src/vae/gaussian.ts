import { add, exp, mul, square, sub } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Posterior } from './encoder';

/** z = mean + sigma * epsilon, the reparameterisation (eq. 4). All [batch, Nz]; epsilon ~ N(0, I). */
export function reparameterise({ mean, logVariance }: Posterior, epsilon: Tensor2D): Tensor2D {
  return add(mean, mul(exp(mul(logVariance, 0.5)), epsilon));
}

/**
 * KL(q(z|x) || N(0, I)) of each dimension: 1/2 (mean² + sigma² - 1 - log sigma²) >= 0, in nats (appendix B).
 * @returns [batch, Nz]
 */
export function klPerDimension({ mean, logVariance }: Posterior): Tensor2D {
  return mul(0.5, sub(add(square(mean), exp(logVariance)), add(1, logVariance)));
}
