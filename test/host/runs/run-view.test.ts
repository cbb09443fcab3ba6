import { expect, test } from 'vitest';
import { NO_ABOUT } from '../../../src/domain/run-about';
import { runView } from '../../../src/host/runs/run-view';
import type { RunRecord } from '../../../src/runs/store';
import { config, t } from '../support';

const record = (change: Parameters<typeof config>[0] = {}): RunRecord => ({
  folder: '/w/.vae/runs/a',
  name: 'a',
  about: NO_ABOUT,
  config: config(change),
  outcome: 'finished',
  message: '',
  lowerLearningRate: null,
  usedImages: config().data.count,
  lastRow: null,
  best: null,
  unreadMetrics: 0,
  remote: null,
  checkpoints: [],
});
const view = (of: RunRecord | null) => runView('/w/.vae/runs/a', of, null, t);

test('a view gets the sizes of the layers and the fingerprint of the images, by which the paper\u2019s panel is known', () => {
  expect(view(record())).toMatchObject({ layers: [784, 500, 20, 500, 784], fingerprint: '0'.repeat(64) });
  const { model } = config();
  const deep = record({ model: { ...model, encoderHidden: [400, 300], decoderHidden: [200], latent: 3 } });
  expect(view(deep).layers).toEqual([784, 400, 300, 3, 200, 784]);
});

test('a view has the name, notes and tags that a person wrote, or the name of the run alone', () => {
  const about = { name: 'Faces', notes: 'first\nsecond', tags: ['baseline'] };
  expect(view({ ...record(), about })).toMatchObject(about);
  expect(view(record())).toMatchObject({ name: config().name, notes: '', tags: [] });
  expect(view(null)).toMatchObject({ name: 'a', notes: '', tags: [] });
});

test('a view says how many images were left out', () => {
  const { data } = config();
  expect(view(record()).dataset).toBe('digits, 1,000 images of 28 \u00d7 28');
  const source = { kind: 'folder', uri: 'file:///w/a', leftOut: ['1.png', '2.png'] } as const;
  expect(
    view(record({ data: { ...data, source: { ...source, leftOut: [...source.leftOut] } } })).dataset,
  ).toBe('digits, 1,000 images of 28 \u00d7 28, 2 excluded');
});

test('a view says how the run learns, by which the paper\u2019s curve is known', () => {
  const { training } = config();
  expect(view(record()).algorithm).toBe('aevb');
  expect(view(record({ training: { ...training, algorithm: 'wake-sleep' } })).algorithm).toBe('wake-sleep');
  expect(view(null).algorithm).toBe('');
});

test('a model with convolutions has no such sizes, nor has a run that is not written yet', () => {
  const { model } = config();
  const convolution = { width: 28, height: 28, channels: 1 as const, filters: [32, 64], kernel: 4 };
  const { layers } = view(record({ model: { ...model, convolution } }));
  expect(layers).toEqual([]);
  expect(view(null)).toMatchObject({ layers: [], fingerprint: '' });
});
