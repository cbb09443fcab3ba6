import { expect, test } from 'vitest';
import type { MetricRow } from '../../../src/domain/metrics';
import { remoteStatus } from '../../../src/host/clusters/remote-status';
import { remoteRun } from '../../cluster/remote-world';
import { config } from '../support';
import { runEntry } from '../window';

const record = runEntry('/w/a', { record: { checkpoints: [20, 40] } }).record!;
const row = (type: 'train' | 'validation', samples: number, elbo: number): MetricRow => ({
  ...{ step: samples / 100, samples, seconds: samples / 50, elbo, reconstruction: 0, kl: 0 },
  ...(type === 'train' ? { type } : { type, epoch: 1, klPerDimension: [] }),
});
const nothing = { train: null, validation: null, note: '', isStopping: false };
const running = remoteRun({ state: 'running' });

test('a run that waits prepares, until there is something of it', () => {
  expect(remoteStatus('/w/a b', null, { ...nothing, remote: remoteRun(), note: 'waits' })).toEqual({
    ...{ state: 'preparing', message: 'waits', runUri: 'file:///w/a%20b', step: 0, samples: 0 },
    ...{ totalSamples: null, samplesPerSecond: null, secondsLeft: null, trainBound: null },
    ...{ validationBound: null, engine: 'onnx on lab' },
  });
  expect(remoteStatus('/w/a', null, { ...nothing, remote: running }).state).toBe('preparing');
});

test('one that trains says how far it has come; its step is that of the newest weights here', () => {
  const train = row('train', 600, -90);
  const validation = row('validation', 500, -95);
  const total = config().training.samples;
  expect(remoteStatus('/w/a', record, { ...nothing, remote: running, train, validation })).toMatchObject({
    ...{ state: 'training', step: 40, samples: 600, totalSamples: total, samplesPerSecond: 50 },
    ...{ secondsLeft: (total - 600) / 50, trainBound: -90, validationBound: -95 },
  });
});

test('what was fetched before counts, and a stop is said until it has come', () => {
  const before = { ...record, lastRow: row('train', 800, -80) };
  const train = row('train', 600, -90);
  const status = remoteStatus('/w/a', before, { ...nothing, remote: running, isStopping: true });
  expect(status).toMatchObject({ state: 'stopping', samples: 800, trainBound: -80, validationBound: null });
  // A row that is here already comes again after a restart of the window.
  expect(remoteStatus('/w/a', before, { ...nothing, remote: running, train }).samples).toBe(800);
});
