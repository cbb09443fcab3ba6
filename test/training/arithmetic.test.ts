import { expect, test } from 'vitest';
import { trainingOperations } from '../../src/training/arithmetic';
import type { RunConfig } from '../../src/runs/config';

const operations = (model: Partial<RunConfig['model']>, draws = 1, samples = 1): number =>
  trainingOperations({
    model: { convolution: null, likelihood: 'bernoulli', activation: 'relu', ...model },
    training: { draws, samples },
  } as RunConfig);

test('a perceptron: six times the products of its layers', () => {
  const model = { inputSize: 784, encoderHidden: [500], decoderHidden: [500], latent: 20 };
  const products = 784 * 500 + 500 * 40 + 20 * 500 + 500 * 784;
  expect(operations(model)).toBe(6 * products);
  expect(operations(model, 2, 1000)).toBe(6 * products * 2000);
});

test('a convolutional model: a kernel at each place of the smaller side', () => {
  const convolution = { width: 8, height: 4, channels: 3 as const, filters: [5, 7], kernel: 4 };
  const model = { inputSize: 96, convolution, encoderHidden: [11], decoderHidden: [13], latent: 2 };
  // 4×2 places, then 2×1; the decoder mirrors them.
  const encoder = 16 * 3 * 5 * 8 + 16 * 5 * 7 * 2 + 14 * 11 + 11 * 4;
  const decoder = 2 * 13 + 13 * 14 + 16 * 7 * 5 * 2 + 16 * 5 * 3 * 8;
  expect(operations(model)).toBe(6 * (encoder + decoder));
});
