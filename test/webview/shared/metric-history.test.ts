import { expect, test } from 'vitest';
import type { MetricRow } from '../../../src/domain/metrics';
import { MetricHistory, rowAt } from '../../../webview/shared/metric-history';

const train = (step: number, elbo = -step): MetricRow => ({
  type: 'train',
  step,
  samples: step * 100,
  seconds: step,
  elbo,
  reconstruction: elbo + 1,
  kl: 1,
});
const validation = (step: number, elbo = -step): MetricRow => ({
  ...train(step, elbo),
  type: 'validation',
  epoch: 1,
  klPerDimension: [1],
});

test('curves share one axis, with gaps where a split has no row', () => {
  const history = new MetricHistory();
  history.add([train(10), train(20), validation(20), validation(25)]);
  expect(history.curves.steps).toEqual([10, 20, 25]);
  expect(history.curves.samples).toEqual([1000, 2000, 2500]);
  expect(history.curves.train.elbo).toEqual([-10, -20, null]);
  expect(history.curves.validation.elbo).toEqual([null, -20, -25]);
});

test('pulls may overlap, and a late row finds its place', () => {
  const history = new MetricHistory();
  history.add([train(10), train(30)]);
  history.add([train(30, -3), train(20), validation(20)]);
  expect(history.train.map((row) => [row.step, row.elbo])).toEqual([
    [10, -10],
    [20, -20],
    [30, -3],
  ]);
  expect(history.lastStep).toBe(30);
});

test('a value that is not finite is a gap, not a point', () => {
  const history = new MetricHistory();
  history.add([train(10, NaN), train(20, -Infinity), train(30)]);
  expect(history.curves.train.elbo).toEqual([null, null, -30]);
});

test('the row under the cursor is the last one before it', () => {
  const rows = [{ step: 10 }, { step: 20 }, { step: 30 }];
  expect(rowAt(rows, 9)).toBeUndefined();
  expect(rowAt(rows, 20)).toBe(rows[1]);
  expect(rowAt(rows, 29)).toBe(rows[1]);
  expect(rowAt(rows, 99)).toBe(rows[2]);
});

test('a very long history drops every second row, but not the newest', () => {
  const history = new MetricHistory(20 * 16);
  history.add(Array.from({ length: 20 }, (_, i) => train(i)));
  expect(history.train.length).toBe(20);
  history.add([train(20)]);
  expect(history.train.map(({ step }) => step)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  for (let step = 21; step < 1000; step++) history.add([train(step)]);
  expect(history.train.length).toBeLessThanOrEqual(20);
  expect(history.train.at(-1)!.step).toBe(999);
});
