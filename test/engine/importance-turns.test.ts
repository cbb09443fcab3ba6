import { expect, test } from 'vitest';
import { drawsPerTurn, pooledSums } from '../../src/engine/tensorflow/importance';
import type { VaeConfig } from '../../src/vae/config';

const model = (inputSize: number): VaeConfig => ({
  inputSize,
  convolution: null,
  encoderHidden: [2],
  decoderHidden: [2],
  latent: 2,
  activation: 'tanh',
  likelihood: 'bernoulli',
});

test.each([
  ['a thousand rows', 784, 200, 40, 5],
  ['the largest divisor below', 784, 150, 40, 5],
  ['all draws of few images', 784, 10, 40, 40],
  ['no divisor', 784, 100, 37, 1],
  ['more images than rows', 784, 2000, 40, 1],
  ['large images', 64 * 64 * 3, 21, 40, 4],
])('a turn takes %s', (_, inputSize, images, draws, expected) => {
  expect(drawsPerTurn(model(inputSize), images, draws)).toBe(expected);
});

test('the sums of an image are those of its rows', () => {
  const rows = { maximum: Float32Array.of(-1, -3, 5, 4), sum: Float32Array.of(1, 2, 1.5, 1) };
  const { maximum, sum } = pooledSums(rows, 2);
  expect([...maximum]).toEqual([-1, 5]);
  expect(sum[0]).toBeCloseTo(1 + 2 * Math.exp(-2), 6);
  expect(sum[1]).toBeCloseTo(1.5 + Math.exp(-1), 6);
});

test('rows without weight stay without', () => {
  const least = Math.fround(-3.4028234663852886e38);
  const { maximum, sum } = pooledSums({ maximum: Float32Array.of(least, -7), sum: Float32Array.of(0, 1) }, 2);
  expect([maximum[0], sum[0]]).toEqual([-7, 1]);
});
