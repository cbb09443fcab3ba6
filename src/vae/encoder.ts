import { slice } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { VaeConfig } from './config';
import { convolutions } from './convolution';
import { POSTERIOR } from './layers';
import type { Parameters } from './parameters';
import { affine, hiddenLayers } from './perceptron';

/** q(z|x) = N(mean, exp(logVariance)), diagonal; both [batch, Nz]. */
export interface Posterior {
  readonly mean: Tensor2D;
  readonly logVariance: Tensor2D;
}

/** Returns the recognition model q(z|x) for the datapoints x [batch, D] (appendix C.2 of the paper). */
export function encode(model: VaeConfig, parameters: Parameters<Tensor>, x: Tensor2D): Posterior {
  const features = model.convolution ? convolutions(model, model.convolution, parameters, x) : x;
  const heads = affine(parameters, POSTERIOR, hiddenLayers(model, 'encoder', parameters, features));
  const batch = heads.shape[0];
  return {
    mean: slice(heads, [0, 0], [batch, model.latent]),
    logVariance: slice(heads, [0, model.latent], [batch, model.latent]),
  };
}
