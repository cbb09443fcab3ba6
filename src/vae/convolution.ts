import { add, conv2d, conv2dTranspose, reshape, transpose } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Convolution, VaeConfig } from './config';
import {
  FEATURES,
  STRIDE,
  convolutionLayer,
  featureMap,
  likelihoodParameters,
  transposedLayers,
} from './layers';
import { biasOf, weightOf } from './parameters';
import type { Parameters } from './parameters';
import { activationOf, affine } from './perceptron';

/**
 * Applies the encoder's convolutions with stride 2, each x * W + b and the activation.
 * @param x datapoints [batch, D] @returns the last feature maps, flattened: [batch, height * width * filters]
 */
export function convolutions(
  model: VaeConfig,
  convolution: Convolution,
  parameters: Parameters<Tensor>,
  x: Tensor2D,
): Tensor2D {
  const { width, height, channels, filters } = convolution;
  const activation = activationOf(model);
  const images = reshape<Rank.R4>(x, [x.shape[0], height, width, channels]);
  const maps = filters.reduce((input, _, i) => {
    const layer = convolutionLayer('encoder', i);
    const output = conv2d(input, parameters[weightOf(layer)]! as Tensor4D, STRIDE, 'same');
    return activation(add(output, parameters[biasOf(layer)]!));
  }, images);
  return flat(maps);
}

/**
 * Applies the end of the decoder, the mirror image of the convolutions: an affine layer makes the smallest feature maps, and
 * each transposed convolution doubles their width and height. All layers but the last apply the activation.
 * @param h output of the decoder's perceptron [batch, inputs]
 * @returns the parameters of p(x|z) side by side, each [batch, D]
 */
export function transposedConvolutions(
  model: VaeConfig,
  convolution: Convolution,
  parameters: Parameters<Tensor>,
  h: Tensor2D,
): Tensor2D {
  const activation = activationOf(model);
  const features = activation(affine(parameters, FEATURES, h));
  const batch = h.shape[0];
  const start = reshape<Rank.R4>(features, [batch, ...featureMap(convolution)]);
  const parametersOfPixel = likelihoodParameters(model);
  const layers = transposedLayers(convolution, parametersOfPixel);
  const images = layers.reduce((input, { name, outputs }, i) => {
    const [, height, width] = input.shape;
    const shape: Tensor4D['shape'] = [batch, STRIDE * height, STRIDE * width, outputs];
    const filter = parameters[weightOf(name)]! as Tensor4D;
    const output = add<Tensor4D>(
      conv2dTranspose(input, filter, shape, STRIDE, 'same'),
      parameters[biasOf(name)]!,
    );
    return i === layers.length - 1 ? output : activation(output);
  }, start);
  return sideBySide(images, parametersOfPixel);
}

/** Reorders [batch, height, width, count * channels] to [batch, count * height * width * channels], parameter by parameter. */
function sideBySide(maps: Tensor4D, count: number): Tensor2D {
  if (count === 1) return flat(maps);
  const [batch, height, width, filters] = maps.shape;
  const apart = reshape<Rank.R4>(maps, [batch, height * width, count, filters / count]);
  return flat(transpose(apart, [0, 2, 1, 3]));
}

/** Flattens [batch, height, width, channels] to [batch, height * width * channels]. */
function flat(maps: Tensor4D): Tensor2D {
  const [batch, height, width, channels] = maps.shape;
  return reshape<Rank.R2>(maps, [batch, height * width * channels]);
}
