import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { PRESET_NAMES } from '../../../src/runs/config';
import type { RunConfig, TrainRequest } from '../../../src/runs/config';
import { extended } from '../../../src/runs/extension';
import { parseRequest } from '../../../src/runs/settings/parse-request';
import { requestOfRun } from '../../../src/runs/settings/request-of-run';
import { planRun } from '../../../src/training/plan';

const engine = { name: 'cpu', build: 'x', threads: 1, instructionSet: 'none' } as const;
const environment = { runName: 'run', now: new Date(0), product: 'p', node: 'v20', platform: 'linux-x64' };

function plan(request: TrainRequest, shape: Dataset['shape']): RunConfig {
  const settings = parseRequest(request);
  const asked = { ...shape, ...settings.shape };
  const { width, height, channels } = asked;
  const dataset = { name: 'd', source: settings.source, shape: { width, height, channels }, count: 90 };
  return planRun(settings, { ...dataset, fingerprint: 'b'.repeat(64) }, engine, environment);
}

const folder = { kind: 'folder', uri: 'file:///x', exclude: ['a*'], leftOut: ['b.png'] } as const;
const photo = { width: 64, height: 64, channels: 3 } as const;

describe('the request of a run plans the same run again', () => {
  const requests: [string, TrainRequest][] = [
    ...PRESET_NAMES.map((preset): [string, TrainRequest] => [
      preset,
      { source: folder, preset, seed: 5, set: {} },
    ]),
    [
      'everything set',
      {
        source: folder,
        preset: 'conv',
        seed: 5,
        set: {
          ...{
            latent: '3',
            'model.encoderHidden': '20,10',
            'model.convolution.filters': '8,16',
            width: '32',
            height: '32',
          },
          ...{ optimizer: 'rmsprop', 'training.optimizer.momentum': '0.5', samples: '1234', beta: '2' },
          ...{ binarisation: 'fixed', flip: 'true', shift: '2', snapshots: 'true', fit: 'pad', range: '0,9' },
          ...{ 'data.split.seed': '7', trainLimit: '40', schedule: 'cosine', 'training.weightPrior': 'true' },
        },
      },
    ],
    [
      'an optimizer with defaults of its own',
      { source: folder, preset: 'iwae', seed: 5, set: { optimizer: 'sgd' } },
    ],
    [
      'an optimizer with a value that is the preset’s, and not its own default',
      { source: folder, preset: 'aevb', seed: 5, set: { optimizer: 'adam', learningRate: '0.02' } },
    ],
  ];
  test.each(requests)('%s', (_, request) => {
    const config = plan(request, photo);
    // The images are of another size now: the run keeps its own.
    const again = requestOfRun(config, 5);
    expect(plan(again, { width: 20, height: 30, channels: 1 })).toEqual(config);
    expect(plan(requestOfRun(config, 6), photo)).toEqual({ ...config, seed: 6 });
  });

  test('only what differs from the preset is set', () => {
    const config = plan({ source: folder, preset: 'fast', seed: 0, set: { latent: '7' } }, photo);
    expect(requestOfRun(config, 0).set).toEqual({
      'model.latent': '7',
      ...{ 'data.width': '64', 'data.height': '64', 'data.channels': '3' },
    });
  });

  test('a step size that was searched for is that which was found; a longer run has all its samples', () => {
    const config = plan({ source: folder, preset: 'fast', seed: 0, set: {} }, photo);
    const trials = [{ learningRate: 1e-3, bound: -3 }];
    const searched = { ...config, training: { ...config.training, stepSizes: trials } };
    const longer = extended(searched, 10_000, 2e6);
    expect(plan(requestOfRun(longer, 0), photo).training).toEqual({ ...config.training, samples: 2e6 });
  });
});

test('a preset of another version is named', () => {
  const config = plan({ source: folder, preset: 'fast', seed: 0, set: {} }, photo);
  expect(() => requestOfRun({ ...config, preset: 'faster' }, 0)).toThrow("unknown preset 'faster'");
});
