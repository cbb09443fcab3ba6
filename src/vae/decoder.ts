import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { VaeConfig } from './config';
import { transposedConvolutions } from './convolution';
import { OUTPUT } from './layers';
import type { Parameters } from './parameters';
import { affine, hiddenLayers } from './perceptron';

/**
 * Returns the parameters of p(x|z) at the points z [batch, Nz] (appendix C of the paper); likelihood.ts interprets them.
 * @returns [batch, D] for each parameter, side by side
 */
export function decode(model: VaeConfig, parameters: Parameters<Tensor>, z: Tensor2D): Tensor2D {
  const h = hiddenLayers(model, 'decoder', parameters, z);
  return model.convolution
    ? transposedConvolutions(model, model.convolution, parameters, h)
    : affine(parameters, OUTPUT, h);
}
