import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeResults } from '../../src/sweeps/results';
import type { TrialResult } from '../../src/sweeps/results';
import { writeSweep } from '../../src/sweeps/sweep-file';
import type { Sweep } from '../../src/sweeps/sweep-file';

/** A sweep over some settings of the built-in digits. */
export function sweepOf(trials: Sweep['trials'], change: Partial<Sweep> = {}): Sweep {
  return {
    format: 'latent-explorer/sweep/1',
    createdAt: '2026-01-02T03:04:05.000Z',
    product: 'test',
    request: { source: { kind: 'digits', count: 200, seed: 1 }, preset: 'fast', seed: 0, set: {} },
    search: { kind: 'grid' },
    runs: 'runs',
    settings: Object.keys(trials[0]!.values),
    stopping: null,
    parallel: 1,
    threads: 0,
    engine: 'auto',
    ranking: { k: 20, images: 20 },
    trials,
    ...change,
  };
}

export const result = (change: Partial<TrialResult> = {}): TrialResult => ({
  ...{ state: 'waiting', reason: '', target: 0, bounds: [], last: null, best: null },
  ...{ samples: 0, seconds: 0, ranking: null, ...change },
});

/** Writes a sweep into `sweeps/NAME` of a folder that has its runs in `runs`. @returns the sweep's folder */
export async function writeSweepFolder(
  folder: string,
  name: string,
  sweep: Sweep,
  trials: readonly TrialResult[],
  ended: 'finished' | 'stopped' | null = 'finished',
): Promise<string> {
  const own = join(folder, 'sweeps', name);
  await mkdir(own, { recursive: true });
  await writeSweep(own, sweep);
  await writeResults(own, { format: 'latent-explorer/sweep-results/1', ended, trials: [...trials] });
  return own;
}
