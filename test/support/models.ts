import type { VaeConfig } from '../../src/vae/config';

/** A model small enough to be checked by hand. */
export const PERCEPTRON: VaeConfig = {
  inputSize: 6,
  convolution: null,
  encoderHidden: [5],
  decoderHidden: [4],
  latent: 2,
  activation: 'tanh',
  likelihood: 'bernoulli',
};

/** A model of images of 3x3 pixels. */
export const NINE_PIXELS: VaeConfig = {
  inputSize: 9,
  convolution: null,
  encoderHidden: [6],
  decoderHidden: [6],
  latent: 2,
  activation: 'tanh',
  likelihood: 'bernoulli',
};
