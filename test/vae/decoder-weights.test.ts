import { expect, test } from 'vitest';
import type { VaeConfig } from '../../src/vae/config';
import { decoderNumbers, decoderShapes } from '../../src/vae/decoder-weights';
import { PERCEPTRON } from '../support/models';

const CONVOLUTIONAL: VaeConfig = {
  ...PERCEPTRON,
  inputSize: 8 * 8 * 3,
  convolution: { width: 8, height: 8, channels: 3, filters: [4], kernel: 4 },
  decoderHidden: [5],
  likelihood: 'gaussian',
};

test('the decoder has its own layers and none of the encoder', () => {
  expect(decoderShapes(PERCEPTRON)).toEqual({
    'decoder.hidden.0.weight': [2, 4],
    'decoder.hidden.0.bias': [4],
    'decoder.output.weight': [4, 6],
    'decoder.output.bias': [6],
  });
  expect(Object.keys(decoderShapes(CONVOLUTIONAL))).toContain('decoder.features.weight');
});

test('it takes its parameters and the outputs of its layers', () => {
  // 2 -> 4 -> 6.
  expect(decoderNumbers(PERCEPTRON)).toBe(2 * 4 + 4 + (4 * 6 + 6) + (4 + 6));
  // 2 -> 5 -> 4 x 4 x 4 -> 8 x 8 x 6: location and log-variance of three channels.
  const parameters = 2 * 5 + 5 + (5 * 64 + 64) + (4 * 4 * 6 * 4 + 6);
  expect(decoderNumbers(CONVOLUTIONAL)).toBe(parameters + 5 + 64 + 8 * 8 * 6);
});
