import { describe, expect, test } from 'vitest';
import { runConfigSchema } from '../../src/runs/config';

/** As runs were written before models had convolutions. */
const early = {
  version: 1,
  name: 'run',
  createdAt: '2025-01-01T00:00:00.000Z',
  preset: 'fast',
  seed: 0,
  data: {
    source: { kind: 'digits', count: 1000, seed: 0 },
    name: 'digits',
    width: 28,
    height: 28,
    channels: 1,
    fingerprint: '0'.repeat(64),
    count: 1000,
    split: { validation: 0.1, test: 0.1, seed: 0 },
  },
  model: {
    inputSize: 784,
    encoderHidden: [500],
    decoderHidden: [500],
    latent: 20,
    activation: 'tanh',
    likelihood: 'bernoulli',
  },
  initialisation: { kind: 'glorot' },
  training: {
    minibatch: 100,
    draws: 1,
    weightPrior: false,
    optimizer: { name: 'sgd', learningRate: 0.1 },
    samples: 1000,
    patience: 0,
  },
  checkpointEvery: 0,
  engine: { name: 'tensorflow', build: 'test', threads: 1, instructionSet: 'unknown' },
  versions: { product: 'test', node: 'test', platform: 'test' },
};
const convolution = { width: 64, height: 32, channels: 3, filters: [8, 8, 16], kernel: 4 };
const withModel = (change: object): unknown => ({ ...early, model: { ...early.model, ...change } });

test('a config.json from before there were convolutions is a perceptron, on images as they are', () => {
  expect(runConfigSchema.parse(early).model).toEqual({ ...early.model, convolution: null });
  expect(runConfigSchema.parse(early).data.augmentation).toEqual({ shift: 0, flip: false });
});

test('a config.json from before there was wake-sleep is AEVB', () => {
  expect(runConfigSchema.parse(early).training.algorithm).toBe('aevb');
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
