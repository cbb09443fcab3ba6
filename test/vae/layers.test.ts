import { describe, expect, test } from 'vitest';
import type { VaeConfig } from '../../src/vae/config';
import { layers } from '../../src/vae/layers';
import { initialiseParameters, parameterShapes } from '../../src/vae/parameters';
import { PERCEPTRON } from '../support/models';

const convolutional: VaeConfig = {
  inputSize: 64 * 64 * 3,
  convolution: { width: 64, height: 64, channels: 3, filters: [32, 32, 64, 64], kernel: 4 },
  encoderHidden: [256],
  decoderHidden: [256],
  latent: 32,
  activation: 'relu',
  likelihood: 'bernoulli',
};

test('the layers of a perceptron', () => {
  expect(parameterShapes(PERCEPTRON)).toEqual({
    'encoder.hidden.0.weight': [6, 5],
    'encoder.hidden.0.bias': [5],
    'encoder.posterior.weight': [5, 4],
    'encoder.posterior.bias': [4],
    'decoder.hidden.0.weight': [2, 4],
    'decoder.hidden.0.bias': [4],
    'decoder.output.weight': [4, 6],
    'decoder.output.bias': [6],
  });
});

test('the layers of a convolutional model: the decoder mirrors the encoder', () => {
  const weights = Object.fromEntries(layers(convolutional).map(({ name, weight }) => [name, weight]));
  expect(weights).toEqual({
    'encoder.convolution.0': [4, 4, 3, 32],
    'encoder.convolution.1': [4, 4, 32, 32],
    'encoder.convolution.2': [4, 4, 32, 64],
    'encoder.convolution.3': [4, 4, 64, 64],
    'encoder.hidden.0': [4 * 4 * 64, 256],
    'encoder.posterior': [256, 64],
    'decoder.hidden.0': [32, 256],
    'decoder.features': [256, 4 * 4 * 64],
    'decoder.convolution.0': [4, 4, 64, 64],
    'decoder.convolution.1': [4, 4, 32, 64],
    'decoder.convolution.2': [4, 4, 32, 32],
    'decoder.output': [4, 4, 3, 32],
  });
  for (const { weight, outputs, name } of layers(convolutional)) {
    const isTransposed = /^decoder\.(convolution|output)/.test(name);
    expect(weight.at(isTransposed ? -2 : -1)).toBe(outputs);
  }
});

describe('the Glorot start', () => {
  const ones = (_: number, count: number): Float32Array => new Float32Array(count).fill(1);
  const deviation = (model: VaeConfig, name: string): number =>
    initialiseParameters(model, { kind: 'glorot' }, ones)[`${name}.weight`]![0]!;

  test.each([
    ['encoder.hidden.0', PERCEPTRON, 6 + 5],
    // Each of the two heads has Nz outputs.
    ['encoder.posterior', PERCEPTRON, 5 + 2],
    ['decoder.output', PERCEPTRON, 4 + 6],
    // An output is made of 16 positions of a kernel; with a stride of 2 an input has a part in 4.
    ['encoder.convolution.0', convolutional, 16 * 3 + 4 * 32],
    ['encoder.convolution.3', convolutional, 16 * 64 + 4 * 64],
    ['decoder.features', convolutional, 256 + 1024],
    // The other way round.
    ['decoder.convolution.1', convolutional, 4 * 64 + 16 * 32],
    ['decoder.output', convolutional, 4 * 32 + 16 * 3],
  ])('%s', (name, model, fans) => {
    expect(deviation(model, name)).toBeCloseTo(Math.sqrt(2 / fans), 6);
  });

  test('fans are what counting the ways through a convolution gives', () => {
    // Along one axis, kernel 4, stride 2: output o meets inputs 2o - 1 .. 2o + 2.
    const outputsOf = (input: number): number =>
      [0, 1, 2, 3, 4, 5, 6, 7].filter((o) => input >= 2 * o - 1 && input <= 2 * o + 2).length;
    const [, second] = layers(convolutional);
    expect(second).toMatchObject({ fanIn: 4 ** 2 * 32, fanOut: outputsOf(7) ** 2 * 32 });
  });
});
