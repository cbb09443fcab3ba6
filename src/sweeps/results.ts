import * as z from 'zod';
import { MAX_TRIALS } from '../domain/sweep';
import type { TrialRanking } from '../domain/sweep';
import { replaceFile } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';
import type { RunFolder } from '../runs/guarded-path';
import { readSweepFile } from './sweep-file';
import type { Sweep } from './sweep-file';

export const RESULTS_FILE = 'results.json';
/** Maximum size of results.json, in bytes: 1,000 trials with a reason of some lines. */
const MAX_BYTES = 8_000_000;

const bound = z.number();

const rankingSchema = z.strictObject({
  logLikelihood: z.number(),
  standardError: z.number().nullable(),
  k: z.int().min(1),
  images: z.int().min(1),
}) satisfies z.ZodType<TrialRanking>;

const trial = z.strictObject({
  state: z.enum(['waiting', 'training', 'paused', 'finished', 'failed']),
  /** Why it failed, or could not be ranked; else empty. */
  reason: z.string().max(4000),
  /** The rung that it was last sent to, from 0; the number of rungs for the end of training. */
  target: z.int().min(0).max(20),
  /** Validation bounds at the rungs that it has come to. */
  bounds: z.array(bound).max(20),
  /** The last and the best validation bound so far. */
  last: bound.nullable(),
  best: bound.nullable(),
  samples: z.int().min(0),
  seconds: z.number().min(0),
  ranking: rankingSchema.nullable(),
  /** Values of its settings, where a search has made them. */
  values: z.record(z.string().min(1).max(100), z.string().min(1).max(1000)).optional(),
});

const resultsSchema = z.strictObject({
  format: z.literal('latent-explorer/sweep-results/1'),
  /** How the sweep last ended; null while it is carried out, and after the death of its process. */
  ended: z.enum(['finished', 'stopped']).nullable(),
  trials: z.array(trial).max(MAX_TRIALS),
});

/** What a sweep has come to; only the process that holds its lock writes it. */
export type Results = z.infer<typeof resultsSchema>;
export type TrialResult = z.infer<typeof trial>;

const NEW: TrialResult = {
  ...{ state: 'waiting', reason: '', target: 0, bounds: [], last: null, best: null },
  ...{ samples: 0, seconds: 0, ranking: null },
};

/** Reads the results of a sweep's trials, in their order; those of a trial without any are those of a new one. @throws RunError */
export async function readResults(folder: RunFolder, { trials }: Pick<Sweep, 'trials'>): Promise<Results> {
  const read = await readSweepFile(folder, RESULTS_FILE, resultsSchema, MAX_BYTES);
  const known = read ?? { format: 'latent-explorer/sweep-results/1', ended: null, trials: [] };
  return { ...known, trials: trials.map((_, i) => known.trials[i] ?? NEW) };
}

export async function writeResults(folder: RunFolder, results: Results): Promise<void> {
  await replaceFile(inRun(folder, RESULTS_FILE), `${JSON.stringify(results)}\n`);
}
