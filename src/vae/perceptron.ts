import { add, erf, matMul, mul, relu, tanh } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor } from '@tensorflow/tfjs-core';
import type { VaeConfig } from './config';
import { hiddenLayer } from './layers';
import { biasOf, weightOf } from './parameters';
import type { Parameters } from './parameters';

/** Returns x W + b. @param x [batch, inputs] @returns [batch, outputs] */
export function affine(parameters: Parameters<Tensor>, layer: string, x: Tensor2D): Tensor2D {
  return add(matMul(x, parameters[weightOf(layer)]! as Tensor2D), parameters[biasOf(layer)]!);
}

/** Returns the activation of all hidden layers, elementwise. */
export function activationOf(model: VaeConfig): <T extends Tensor>(x: T) => T {
  switch (model.activation) {
    case 'tanh':
      return tanh;
    case 'relu':
      return relu;
    case 'gelu':
      return gelu;
    default:
      return model.activation satisfies never;
  }
}

/** Returns x Phi(x), with Phi the distribution function of N(0, 1) (Hendrycks & Gimpel 2016). */
function gelu<T extends Tensor>(x: T): T {
  return mul(mul(x, 0.5), add(1, erf(mul(x, Math.SQRT1_2))));
}

/** Applies the hidden layers of one part of the model. @returns [batch, units of the last hidden layer] */
export function hiddenLayers(
  model: VaeConfig,
  part: 'encoder' | 'decoder',
  parameters: Parameters<Tensor>,
  x: Tensor2D,
): Tensor2D {
  const sizes = part === 'encoder' ? model.encoderHidden : model.decoderHidden;
  const activation = activationOf(model);
  return sizes.reduce<Tensor2D>((h, _, i) => activation(affine(parameters, hiddenLayer(part, i), h)), x);
}
