import { expect, test } from 'vitest';
import type { MetricRow } from '../../../src/domain/metrics';
import { MetricHistory } from '../../../webview/shared/metric-history';
import { trackPath } from '../../../webview/time/bound-track';

function history(...rows: readonly [type: 'train' | 'validation', step: number, elbo: number][]) {
  const own = new MetricHistory();
  own.add(
    rows.map(
      ([type, step, elbo]) =>
        ({ type, step, samples: step, elbo, klPerDimension: [] }) as unknown as MetricRow,
    ),
  );
  return own;
}

test('the highest bound is at the top, over the places of the snapshots on the slider', () => {
  const own = history(['train', 1, -300], ['train', 9, -200], ['train', 90, -100], ['validation', 90, -500]);
  expect(trackPath(own, [1, 10, 100])).toBe('M0 1.000L1 0.500L2 0.000');
});

test('a snapshot without a value, or with one that is not finite, is left out', () => {
  expect(trackPath(history(['train', 5, -4], ['train', 6, NaN], ['train', 7, -2]), [1, 5, 6, 7])).toBe(
    'M1 1.000L3 0.000',
  );
});

test('one value has no line, equal values have a level one, validation stands in for training', () => {
  expect(trackPath(history(['train', 1, -3]), [1])).toBe('');
  expect(trackPath(history(), [1, 2])).toBe('');
  expect(trackPath(history(['validation', 1, -3], ['validation', 2, -3]), [1, 2])).toBe('M0 0.000L1 0.000');
});
