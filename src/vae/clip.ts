import { add, div, maximum, mul, sqrt, square, sum } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Parameters } from './parameters';

/**
 * Scales all gradients by one factor, so that their joint Euclidean norm is at most `clipNorm` (Pascanu et al. 2013). Their
 * direction stays the same.
 */
export function clipByGlobalNorm(gradients: Parameters<Tensor>, clipNorm: number): Parameters<Tensor> {
  const norm = sqrt(
    Object.values(gradients)
      .map((gradient) => sum(square(gradient)))
      .reduce((total, one) => add(total, one)),
  );
  const factor = div(clipNorm, maximum(norm, clipNorm));
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name, mul(gradient, factor)]),
  );
}
