import type { MetricRow, TrainRow, ValidationRow } from '../../../src/domain/metrics';
import type { WatchedRun } from '../../../src/cli/watch/watched-run';

/** A run that trains, but for what is given. */
export function watched(change: Partial<WatchedRun> = {}): WatchedRun {
  const name = change.name ?? 'digits';
  return {
    ...{ folder: `/runs/${name}`, name, state: 'training', message: '' },
    ...{ bound: -105.25, boundOf: 'validation', newest: null, step: 250 },
    ...{ samples: 25_000, totalSamples: 100_000, samplesPerSecond: 12_345.6, secondsLeft: 75 },
    ...{ preset: 'fast', dataset: 'mnist', latent: 20, label: 'grey values under Bernoulli' },
    ...change,
  };
}

export const trainRow = (samples: number, elbo: number): TrainRow => ({
  ...{ type: 'train', step: samples / 100, samples, seconds: samples / 1000 },
  ...{ elbo, reconstruction: elbo, kl: 0 },
});

export const validationRow = (samples: number, elbo: number): ValidationRow => ({
  ...{ ...trainRow(samples, elbo), type: 'validation' },
  ...{ epoch: 1, klPerDimension: [0] },
});

/** A straight line from the first bound to the last, with `count` rows. */
export const straight = (count: number, from: number, to: number): MetricRow[] =>
  Array.from({ length: count }, (_, i) => trainRow(i * 100, from + ((to - from) * i) / (count - 1)));

/** What a terminal of this size shows after these sequences: those that src/cli/screen.ts writes, and no others. */
export function shownBy(written: string, rows: number, columns: number): string[] {
  const lines = Array.from({ length: rows }, () => '');
  let row = 0;
  for (const [part] of written.matchAll(/\u001b\[[?\d;]*[A-Za-z]|[^\u001b]+/g)) {
    const [, at] = /^\u001b\[(\d+);1H$/.exec(part) ?? [];
    if (at !== undefined) row = Number(at) - 1;
    else if (part === '\u001b[2J') lines.fill('');
    else if (part === '\u001b[2K') lines[row] = '';
    else if (!part.startsWith('\u001b')) lines[row] = (lines[row]! + part).slice(0, columns);
  }
  return lines.map((line) => line.trimEnd());
}
