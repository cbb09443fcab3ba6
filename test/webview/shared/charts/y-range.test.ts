import { expect, test } from 'vitest';
import { boundRange, rangeWith } from '../../../../webview/shared/charts/y-range';

const samples = Array.from({ length: 100 }, (_, i) => (i + 1) * 1000);
const rising = samples.map((s) => -100 - 450 * Math.exp(-s / 3000));

test('the steep start leaves the picture unless the full range is asked for', () => {
  const [low, high] = boundRange(samples, [rising], 0.1, false);
  expect(low).toBeGreaterThan(-150);
  expect(high).toBeGreaterThan(-100);
  expect(boundRange(samples, [rising], 0, false)[0]).toBeLessThan(rising[0]!);
});

test('a bound that falls again stays in sight', () => {
  const falling = rising.map((value, i) => (i > 90 ? value - 300 : value));
  expect(boundRange(samples, [falling], 0.1, false)[0]).toBeLessThan(-399);
});

test('a curve without a steep start is shown whole', () => {
  const gentle = samples.map((_, i) => -120 + i * 0.1);
  expect(boundRange(samples, [gentle], 0.1, false)[0]).toBeLessThan(-120);
});

test('one value, or none, still gives a range', () => {
  const [low, high] = boundRange([5], [[-100, null]], 0.1, true);
  expect(low).toBeLessThan(-100);
  expect(high).toBeGreaterThan(-100);
  expect(boundRange([], [[]], 0.1, false)).toEqual([-1, 0]);
});

test('a reference in sight widens the range; its steep start, and what lies beyond the axis, do not', () => {
  const reference = {
    split: 'train',
    samples: [1e3, 1e4, 1e5, 1e6],
    values: [-400, -180, -120, -60],
  } as const;
  // A logarithmic axis from 1e3 to 1e5, of which the first 45 % are left out: from 1e3.9 on.
  const [low, high] = rangeWith([-150, -130], [reference], [1e3, 1e5], 0.45, true);
  expect(low).toBeCloseTo(-180 - 0.06 * 60, 10);
  expect(high).toBeCloseTo(-120 + 0.06 * 60, 10);
  expect(rangeWith([-150, -130], [reference], [1e3, 1e5], 0, true)[0]).toBeLessThan(-400);
  expect(rangeWith([-150, -130], [], [1e3, 1e5], 0.45, true)).toEqual([-150, -130]);
  // A linear axis: from 10,900 on.
  expect(rangeWith([-150, -130], [reference], [1e3, 1e5], 0.1, false)[0]).toBe(-150);
});
