import { describe, expect, test } from 'vitest';
import { runConfigSchema } from '../../src/runs/config';
import { EARLY_CONFIG } from '../support/run-config';

const convolution = { width: 64, height: 32, channels: 3, filters: [8, 8, 16], kernel: 4 };
const withModel = (change: object): unknown => ({
  ...EARLY_CONFIG,
  model: { ...EARLY_CONFIG.model, ...change },
});

test('a config.json from before there were convolutions is a perceptron, on images as they are', () => {
  expect(runConfigSchema.parse(EARLY_CONFIG).model).toEqual({ ...EARLY_CONFIG.model, convolution: null });
  expect(runConfigSchema.parse(EARLY_CONFIG).data.augmentation).toEqual({ shift: 0, flip: false });
});

test('a config.json from before there was wake-sleep is AEVB', () => {
  expect(runConfigSchema.parse(EARLY_CONFIG).training.algorithm).toBe('aevb');
});

test('a config.json from before there was a choice of precision trained in single precision', () => {
  expect(runConfigSchema.parse(EARLY_CONFIG).training.precision).toBe('float32');
  const training = { ...EARLY_CONFIG.training, precision: 'bfloat16' };
  expect(runConfigSchema.parse({ ...EARLY_CONFIG, training }).training.precision).toBe('bfloat16');
  const other = { ...training, precision: 'float16' };
  expect(runConfigSchema.safeParse({ ...EARLY_CONFIG, training: other }).success).toBe(false);
});

test('a configuration comes back as it was written', () => {
  for (const change of [{ convolution: null }, { convolution, inputSize: 64 * 32 * 3 }]) {
    const config = runConfigSchema.parse(withModel(change));
    expect(runConfigSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
  }
});

describe('a convolution is refused', () => {
  test.each([
    ['of another size than the datapoints', {}, 784, 'model.inputSize'],
    ['that halves an odd number', { width: 36 }, 36 * 32 * 3, 'model.convolution.filters'],
    ['without filters', { filters: [] }, 64 * 32 * 3, 'model.convolution.filters'],
    ['of two channels', { channels: 2 }, 64 * 32 * 2, 'model.convolution.channels'],
    ['with an enormous kernel', { kernel: 1000 }, 64 * 32 * 3, 'model.convolution.kernel'],
    ['with a key nobody knows', { stride: 3 }, 64 * 32 * 3, 'model.convolution'],
  ])('%s', (_name, change, inputSize, path) => {
    const result = runConfigSchema.safeParse(
      withModel({ inputSize, convolution: { ...convolution, ...change } }),
    );
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
