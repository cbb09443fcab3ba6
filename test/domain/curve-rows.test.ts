import { expect, test } from 'vitest';
import type { MetricRow } from '../../src/domain/metrics';
import { CurveRows, numbersOf } from '../../src/domain/curve-rows';

const bound = { elbo: -100, reconstruction: -80, kl: 20 };
const train = (step: number): MetricRow => ({ type: 'train', step, samples: step, seconds: 1, ...bound });
const validation = (step: number, elbo = -100): MetricRow => ({
  ...{ ...train(step), type: 'validation', epoch: 1, elbo },
  klPerDimension: [1, 2],
});
const steps = (rows: readonly MetricRow[]): number[] => rows.map(({ step }) => step);
const curve = (rows: readonly MetricRow[], maxNumbers?: number): CurveRows => {
  const all = new CurveRows(maxNumbers);
  for (const row of rows) all.add(row);
  return all;
};

test('a curve of usual length keeps every row in order', () => {
  const rows = [1, 2, 3].flatMap((step) => [train(step), validation(step)]);
  expect(curve(rows).rows()).toEqual(rows);
});

test('a long curve is thinned evenly, and keeps its first, newest and best rows', () => {
  for (let length = 1; length < 300; length++) {
    const rows = Array.from({ length }, (_, i) => (i === 5 ? validation(i, -1) : train(i)));
    const kept = curve(rows, 20 * 16).rows();
    expect(kept.reduce((sum, row) => sum + numbersOf(row), 0)).toBeLessThanOrEqual(20 * 16);
    if (length > 40) expect(kept.length).toBeGreaterThanOrEqual(9);
    expect(kept[0]).toEqual(rows[0]);
    expect(kept.at(-1)).toEqual(rows.at(-1));
    if (length > 5) expect(kept).toContainEqual(validation(5, -1));
    expect(steps(kept)).toEqual(steps(kept).toSorted((a, b) => a - b));
  }
});

test('going back drops the later rows, also the best', () => {
  const all = curve([train(1), validation(1, -50), train(2), validation(2, -10), train(3)]);
  all.goBack(1);
  expect(steps(all.rows())).toEqual([1, 1]);
  all.add(train(2));
  all.add(validation(2, -60));
  expect(steps(all.rows())).toEqual([1, 1, 2, 2]);
});
