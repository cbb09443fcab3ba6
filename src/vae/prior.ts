import { mul, sub } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Parameters } from './parameters';

/**
 * Adds the gradient of log p(theta) / N under p(theta) = N(0, I), which is -theta / N, to the gradient of the bound per
 * datapoint: the MAP estimate of section 5 of the paper ("a small weight decay").
 * @param gradients of the bound, by parameter @param datapoints N
 */
export function addWeightPrior(
  gradients: Parameters<Tensor>,
  parameters: Parameters<Tensor>,
  datapoints: number,
): Parameters<Tensor> {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [
      name,
      sub(gradient, mul(parameters[name]!, 1 / datapoints)),
    ]),
  );
}
