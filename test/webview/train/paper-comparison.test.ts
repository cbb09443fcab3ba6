import { expect, test } from 'vitest';
import type { ValidationRow } from '../../../src/domain/metrics';
import { paperReferences, paperVerdict } from '../../../webview/train/paper-comparison';

const AEVB = { latent: 20, method: 'aevb' } as const;
const WAKE_SLEEP = { latent: 20, method: 'wake-sleep' } as const;

const row = (samples: number, elbo: number): ValidationRow => ({
  type: 'validation',
  step: samples / 100,
  samples,
  seconds: 1,
  epoch: 1,
  elbo,
  reconstruction: elbo + 20,
  kl: 20,
  klPerDimension: [20],
});

test('the verdict says both bounds at the same number of samples, and which curve is meant', () => {
  expect(paperVerdict(AEVB, row(1_000_000, -115.9))).toBe(
    'At 1,000,000 samples: validation bound \u2212115.9, the paper\u2019s test curve \u2212124.2 (8.3 nats better).',
  );
  expect(paperVerdict(AEVB, row(10_000_000, -105.3))).toContain('(0.5 nats worse)');
  expect(paperVerdict(AEVB, row(10_000_000, -104.85))).toContain('(the same within 0.1 nats)');
});

test('outside the curve it says where the curve is', () => {
  expect(paperVerdict(AEVB, row(5000, -250))).toBe(
    'At 5,000 samples: validation bound \u2212250.0; the paper\u2019s test curve begins at 794,300 samples.',
  );
  expect(paperVerdict(AEVB, row(300_000_000, -98))).toMatch(/ends at 250,000,000 samples\.$/);
});

test('without a number there is no verdict', () => {
  expect(paperVerdict(AEVB, undefined)).toMatch(/^No validation bound/);
  expect(paperVerdict(AEVB, row(1_000_000, NaN))).toMatch(/^No validation bound/);
});

test('both curves of the panel, the test curve beside our validation', () => {
  expect(paperReferences(AEVB).map(({ split, values }) => [split, values.at(-1)])).toEqual([
    ['train', -97.2],
    ['validation', -99.4],
  ]);
});

test('a run of wake-sleep stands beside the curves of wake-sleep, and the verdict says so', () => {
  expect(paperReferences(WAKE_SLEEP).map(({ values }) => values.at(-1))).toEqual([-103.4, -104.1]);
  expect(paperVerdict(WAKE_SLEEP, row(1_000_000, -132))).toContain(
    'the paper\u2019s wake-sleep test curve \u2212130.8 (1.2 nats worse).',
  );
  expect(paperVerdict(WAKE_SLEEP, row(5000, -250))).toContain('wake-sleep test curve begins at');
});
