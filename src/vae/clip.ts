import { add, div, maximum, mul, sqrt, square, sum } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Parameters } from './parameters';

/**
 * Gradients made shorter together, where their common Euclidean norm is more than `clipNorm` (Pascanu et al. 2013): their
 * direction stays.
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
