import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/datasets/dataset';
import { PRESET_NAMES } from '../../src/runs/config';
import type { TrainRequest } from '../../src/runs/config';
import { parseRequest } from '../../src/runs/settings/parse-request';
import { planRun } from '../../src/training/plan';
import { scheduleOf } from '../../src/training/schedule';
import { RequestError } from '../../src/runs/request-error';

const dataset = {
  name: 'digits',
  source: { kind: 'digits', count: 100, seed: 0 },
  shape: { width: 28, height: 28, channels: 1 },
  count: 100,
  fingerprint: 'a'.repeat(64),
} as Dataset;
const engine = { name: 'cpu', build: 'x', threads: 1, instructionSet: 'none' } as const;
const surroundings = {
  runName: 'run',
  now: new Date(0),
  product: 'p',
  node: 'v20',
  platform: 'linux-x64',
};
const request = (set: Record<string, string> = {}, preset = 'aevb') =>
  ({ source: dataset.source, preset, seed: 3, set }) as TrainRequest;
const plan = (set?: Record<string, string>, preset?: string) =>
  planRun(parseRequest(request(set, preset)), dataset, engine, surroundings);

test('aevb is the paper’s experiment', () => {
  expect(plan()).toMatchObject({
    model: { inputSize: 784, encoderHidden: [500], decoderHidden: [500], latent: 20, activation: 'tanh' },
    initialisation: { kind: 'normal', standardDeviation: 0.1 },
    training: {
      minibatch: 100,
      draws: 1,
      weightPrior: true,
      optimizer: { name: 'adagrad', learningRate: 0.02 },
    },
  });
});

describe('settings', () => {
  test('likelihood, objective, schedule, clipping and binarisation', () => {
    const config = plan({
      likelihood: 'gaussian',
      beta: '4',
      freeBits: '0.5',
      schedule: 'cosine',
      clipNorm: '5',
      binarisation: 'fixed',
      optimizer: 'rmsprop',
      'training.optimizer.momentum': '0.9',
    });
    expect(config.model.likelihood).toBe('gaussian');
    expect(config.data.binarisation).toBe('fixed');
    expect(config.training).toMatchObject({
      objective: { estimator: 'analytic-kl', beta: 4, freeBits: 0.5 },
      schedule: 'cosine',
      clipNorm: 5,
      optimizer: { name: 'rmsprop', momentum: 0.9 },
    });
  });

  test('augmentation: none by default; shift and flip, by short and long names', () => {
    expect(plan().data.augmentation).toEqual({ shift: 0, flip: false });
    const change = { 'data.augmentation.shift': '2', flip: 'true' };
    expect(plan(change).data.augmentation).toEqual({ shift: 2, flip: true });
    expect(plan({ shift: '14' }).data.augmentation.shift).toBe(14);
  });

  test('every preset is a whole configuration', () => {
    for (const preset of PRESET_NAMES) expect(() => parseRequest(request({}, preset))).not.toThrow();
    expect(plan({}, 'iwae').data.binarisation).toBe('dynamic');
  });

  test('wake-sleep is the paper’s experiment with another algorithm', () => {
    const [aevb, baseline] = [plan(), plan({}, 'wake-sleep')];
    expect(baseline.training).toEqual({ ...aevb.training, algorithm: 'wake-sleep' });
    expect(baseline).toMatchObject({ model: aevb.model, initialisation: aevb.initialisation });
    expect(plan({ algorithm: 'wake-sleep' }, 'fast').training.algorithm).toBe('wake-sleep');
  });

  test('short and long names, lists, another optimizer', () => {
    const config = plan({
      latent: '3',
      hidden: '200,100',
      'model.decoderHidden': '[64]',
      optimizer: 'sgd',
      learningRate: '0.5',
      'training.weightPrior': 'false',
      samples: '1e5',
    });
    expect(config.model).toMatchObject({ latent: 3, encoderHidden: [200, 100], decoderHidden: [64] });
    expect(config.training).toMatchObject({
      optimizer: { name: 'sgd', learningRate: 0.5 },
      weightPrior: false,
      samples: 100_000,
    });
  });

  test.each([
    [{ latnt: '3' }, "unknown setting 'latnt'. Known settings: latent, hidden"],
    [{ model: '3' }, "unknown setting 'model'"],
    [{ '__proto__.x': '1' }, "unknown setting '__proto__.x'"],
    [{ latent: '0' }, 'model.latent: got 0.'],
    [{ latent: 'three' }, 'model.latent: got null.'],
    [{ latent: '2.5' }, 'model.latent: got 2.5.'],
    [{ hidden: '500,' }, 'model.encoderHidden.1: got null.'],
    [{ learningRate: '-1' }, 'training.optimizer.learningRate: got -1.'],
    [{ estimator: 'sgvb-a', beta: '2' }, 'training.objective.estimator: got "sgvb-a".'],
    [{ schedule: 'linear' }, 'training.schedule: got "linear".'],
    [{ algorithm: 'em' }, 'training.algorithm: got "em".'],
    [
      { algorithm: 'wake-sleep', beta: '2' },
      'training.algorithm: got "wake-sleep". Wake-sleep ascends no bound',
    ],
    [
      { algorithm: 'wake-sleep', freeBits: '1' },
      "expected the estimator 'analytic-kl', beta 1 and no free bits",
    ],
    [{ algorithm: 'wake-sleep', estimator: 'sgvb-a' }, 'training.algorithm: got "wake-sleep".'],
    [{ algorithm: 'wake-sleep', estimator: 'importance-weighted' }, 'training.algorithm: got "wake-sleep".'],
    // Settings of a part that the preset's model does not have.
    [{ 'model.convolution': '3' }, "unknown setting 'model.convolution'"],
    [{ 'model.convolution.kernel': '3' }, "unknown setting 'model.convolution.kernel'"],
    [{ optimizer: 'adamw' }, "optimizer: got 'adamw', expected one of sgd, adagrad, adam"],
    [{ 'training.weightPrior': 'yes' }, 'training.weightPrior: got "yes".'],
    [{ shift: '15' }, 'data.augmentation.shift: got 15. Expected a shift of at most half of the width'],
    [{ shift: '-1' }, 'data.augmentation.shift: got -1.'],
    [{ 'data.augmentation.flip': 'yes' }, 'data.augmentation.flip: got "yes".'],
    [{ 'data.split.test': '1.5' }, 'data.split.test: got 1.5.'],
  ])('%j is refused', (set, message) => {
    expect(() => plan(set as Record<string, string>)).toThrow(RequestError);
    expect(() => plan(set as Record<string, string>)).toThrow(message);
  });

  test('snapshots: none unless asked for; `auto` keeps those of the paper, 39 of 3.3 MB, and of nothing larger', () => {
    expect(plan().snapshots).toBe(false);
    expect(plan({ snapshots: 'true', samples: '1e9' }).snapshots).toBe(true);
    expect(plan({ snapshots: 'auto' }).snapshots).toBe(true);
    // Two more decades of steps are 16 more snapshots.
    expect(plan({ snapshots: 'auto', samples: '1e9' }).snapshots).toBe(false);
    expect(plan({ snapshots: 'auto', hidden: '600' }).snapshots).toBe(false);
    expect(plan({ snapshots: 'auto' }, 'fast').snapshots).toBe(true);
    expect(() => plan({ snapshots: 'sometimes' })).toThrow('snapshots: got "sometimes"');
  });

  test('an unknown preset is named with those that exist', () => {
    expect(() => parseRequest(request({}, 'aevbb'))).toThrow(
      "unknown preset 'aevbb', expected one of aevb, fast, conv",
    );
    expect(() => parseRequest(request({}, 'toString'))).toThrow(RequestError);
  });

  test('an image size that is no number is refused, not ignored', () => {
    expect(() => parseRequest(request({ width: 'wide' }))).toThrow('data.width: got null.');
    expect(() => parseRequest(request({ channels: 'grey' }))).toThrow('data.channels: got null.');
  });

  test('only the image size that was asked for is asked of the dataset', () => {
    expect(parseRequest(request()).shape).toEqual({});
    expect(parseRequest(request({ width: '32', channels: '3' })).shape).toEqual({ width: 32, channels: 3 });
  });
});

describe('conv', () => {
  const square = (side: number, channels = 3) =>
    ({ ...dataset, shape: { width: side, height: side, channels } }) as Dataset;
  const conv = (set: Record<string, string>, images: Dataset) =>
    planRun(parseRequest(request(set, 'conv')), images, engine, surroundings);

  test('has the convolutions of its images', () => {
    const { model, training } = conv({}, square(64));
    expect(model).toEqual({
      inputSize: 64 * 64 * 3,
      convolution: { width: 64, height: 64, channels: 3, filters: [32, 32, 64, 64], kernel: 4 },
      encoderHidden: [256],
      decoderHidden: [256],
      latent: 32,
      activation: 'relu',
      likelihood: 'bernoulli',
    });
    expect(training).toMatchObject({ minibatch: 64, optimizer: { name: 'adam', learningRate: 1e-3 } });
  });

  test('its parts can be changed', () => {
    const set = { latent: '3', hidden: '100', 'model.convolution.filters': '8,16' };
    expect(conv(set, square(32, 1)).model).toMatchObject({
      latent: 3,
      encoderHidden: [100],
      decoderHidden: [100],
      convolution: { channels: 1, filters: [8, 16] },
    });
    expect(() => conv({ 'model.convolution.filters': '8,8,8,8,8,8' }, square(32))).toThrow(
      /^model.convolution.filters: got \[8,8,8,8,8,8\]. Each convolution halves/,
    );
    expect(() => conv({ 'model.convolution.width': '32' }, square(32))).toThrow(
      "unknown setting 'model.convolution.width'",
    );
  });

  test('asks the dataset for a size that it can work on, unless one was asked for', () => {
    const squares = { sides: [32, 64, 128], usual: 64 };
    expect(parseRequest(request({}, 'conv')).shape).toEqual({ squares });
    expect(parseRequest(request({ width: '128' }, 'conv')).shape).toEqual({ squares, width: 128 });
  });

  test.each([{}, { width: '32' }, { height: '128' }, { width: '64', height: '64', channels: '3' }])(
    'a request for %j is in order',
    (set) => {
      expect(() => parseRequest(request(set as Record<string, string>, 'conv'))).not.toThrow();
    },
  );

  test.each([
    [{ width: '48' }, '48 × 48'],
    [{ width: '64', height: '32' }, '64 × 32'],
    [{ height: '256' }, '256 × 256'],
  ])('a request for %j is refused before anything is read', (set, got) => {
    const check = () => parseRequest(request(set, 'conv'));
    expect(check).toThrow(RequestError);
    expect(check).toThrow(
      `image size: got ${got}, expected one of 32 × 32, 64 × 64, 128 × 128 for the preset 'conv'`,
    );
  });

  test('images of another size are refused', () => {
    expect(() => conv({}, dataset)).toThrow('image size: got 28 × 28');
  });
});

describe('schedule', () => {
  const schedule = (samples: string, datapoints: number) => scheduleOf(plan({ samples }), datapoints);

  test('a row every 10 steps, a validation every epoch', () => {
    expect(schedule('1e6', 50_000)).toEqual({ totalSteps: 10_000, rowEvery: 10, validationEvery: 500 });
  });

  test('long runs keep at most 20,000 rows, and validations fall on rows', () => {
    const { totalSteps, rowEvery, validationEvery } = schedule('1e8', 50_000);
    expect(totalSteps / rowEvery).toBeLessThanOrEqual(20_000);
    expect(validationEvery % rowEvery).toBe(0);
  });

  test('a handful of images is not validated at each step', () => {
    expect(schedule('1e4', 20).validationEvery).toBe(50);
  });
});
