import { expect, test } from 'vitest';
import type { MetricRow } from '../../../src/domain/metrics';
import type { RunToCompare } from '../../../src/protocol/compare';
import { boundsAt } from '../../../webview/compare/chart';
import { runNames } from '../../../webview/compare/name';
import { MetricHistory } from '../../../webview/shared/metric-history';

const run = (uri: string, name: string): RunToCompare => ({ uri, name }) as RunToCompare;

test('names are short where that tells runs apart', () => {
  const runs = [
    run('a', '20260101-000000-digits'),
    run('b', '20260102-000000-digits'),
    run('c', '20260102-000000-faces'),
  ];
  expect([...runNames(runs).values()]).toEqual(['20260101-000000-digits', '20260102-000000-digits', 'faces']);
  expect(runNames([run('d', '20260101-000000-')]).get('d')).toBe('20260101-000000-');
});

test('bounds at so many samples are those reached by then; a run that had ended has none', () => {
  const history = new MetricHistory();
  const row = (type: 'train' | 'validation', samples: number, elbo: number): MetricRow =>
    ({
      type,
      step: samples / 10,
      samples,
      elbo,
      reconstruction: elbo,
      kl: 0,
      seconds: 0,
      klPerDimension: [],
    }) as unknown as MetricRow;
  history.add([row('train', 100, -9), row('train', 200, -8), row('validation', 200, -7)]);
  expect(boundsAt(history, 150)).toEqual({ beyond: false, train: -9, validation: undefined });
  expect(boundsAt(history, 200)).toEqual({ beyond: false, train: -8, validation: -7 });
  expect(boundsAt(history, 201)).toMatchObject({ beyond: true });
  expect(boundsAt(history, null)).toEqual({ beyond: false, train: -8, validation: -7 });
});
