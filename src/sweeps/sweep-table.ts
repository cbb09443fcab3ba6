import type { SweepView } from '../domain/sweep';
import { replaceFile } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';
import type { RunFolder } from '../runs/guarded-path';
import { csvField } from '../shared/csv-field';

/** The table of a sweep's trials, for other programs. */
export const TABLE_FILE = 'trials.csv';

/** Columns before those of the settings, and after them. */
const BEFORE = ['rank', 'trial', 'run', 'state'];
const AFTER = [
  'validation_bound',
  'samples',
  'seconds',
  'rungs',
  'log_likelihood',
  'log_likelihood_standard_error',
  'log_likelihood_draws',
  'log_likelihood_images',
  'log_likelihood_split',
  'reason',
];

/** Returns the table as CSV: a line for each trial, in the order of the view. Bounds are in nats per image; what is unknown is empty. */
export function tableOf({ settings, trials }: Pick<SweepView, 'settings' | 'trials'>): string {
  const lines = trials.map((trial) => {
    const { rank, number, run, state, values, bound, samples, seconds, rungs, ranking, reason } = trial;
    return [
      ...[rank, number, run, state],
      ...settings.map((setting) => values[setting]),
      ...[bound, samples, seconds, rungs],
      ...[ranking?.logLikelihood, ranking?.standardError, ranking?.k, ranking?.images],
      ...[ranking && 'validation', reason],
    ];
  });
  return [[...BEFORE, ...settings, ...AFTER], ...lines]
    .map((fields) => `${fields.map((field) => csvField(String(field ?? ''))).join(',')}\n`)
    .join('');
}

export async function writeTable(folder: RunFolder, view: SweepView): Promise<void> {
  await replaceFile(inRun(folder, TABLE_FILE), tableOf(view));
}
