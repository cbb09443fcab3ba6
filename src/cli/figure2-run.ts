import { join } from 'node:path';
import { splitDataset } from '../datasets/split';
import { compareWithPaper } from '../paper/compare';
import type { PaperLatent, PaperMethod } from '../paper/figure2';
import type { TrainRow, ValidationRow } from '../domain/metrics';
import { readMetrics } from '../runs/metrics';
import type { Context } from './context';
import { evaluateSplit } from './evaluation';
import type { LabelledBound } from './evaluation';
import { EXIT } from './exit';
import { averageRows } from './figure/average';
import type { FigurePanel, FigureRun } from './figure/figure2';
import { withModel } from './open-run';
import { trainRepeated } from './repeated-run';
import type { Experiment } from './repeated-run';

/** Units of each hidden layer in the experiment of Figure 2. */
const HIDDEN_UNITS = 500;

/** Measurements of one algorithm in one panel of Figure 2; bounds in nats per datapoint. */
export interface RunResult {
  readonly latent: PaperLatent;
  readonly method: PaperMethod;
  readonly folder: string;
  readonly samples: number;
  /** Bound of the newest weights on the test split, with its standard error. */
  readonly test: LabelledBound;
  /** Validation rows of the run, the last one after all samples. */
  readonly validation: readonly ValidationRow[];
  /** Paper's test bound at the same number of samples; null outside its curve. */
  readonly paper: number | null;
  /** Our test bound minus the paper's. */
  readonly difference: number | null;
  /** Training time in seconds. */
  readonly seconds: number;
  readonly figure: FigureRun;
}

/**
 * Trains or resumes a run of Figure 2 and measures it.
 * @returns null if training was interrupted; the exit code is then set
 */
export async function reproduceRun(
  latent: PaperLatent,
  method: PaperMethod,
  experiment: Experiment,
  context: Context,
): Promise<RunResult | null> {
  const folder = join(experiment.runs, method === 'aevb' ? `nz${latent}` : `nz${latent}-${method}`);
  const run = { folder, method, latent, hidden: HIDDEN_UNITS, trainLimit: 0, snapshots: false };
  await trainRepeated(run, experiment, context);
  if (context.exitCode === EXIT.interrupted) return null;
  return measure(latent, method, folder, experiment, context);
}

async function measure(
  latent: PaperLatent,
  method: PaperMethod,
  folder: string,
  { dataset, seed, engine }: Experiment,
  context: Context,
): Promise<RunResult> {
  const { test, samples } = await withModel(folder, engine, context, async (model) => {
    const parts = splitDataset(dataset, model.config.data.split);
    const bound = await evaluateSplit(model, dataset, parts, 'test', { draws: 1, seed }, context.output);
    return { test: bound, samples: model.step * model.config.training.minibatch };
  });
  const rows = await readMetrics(folder);
  const validation = rows.filter((row): row is ValidationRow => row.type === 'validation');
  const training = rows.filter((row): row is TrainRow => row.type === 'train');
  const comparison = compareWithPaper(latent, samples, test.elbo, method);
  const inside = comparison?.at === 'inside' ? comparison : null;
  return {
    ...{ latent, method, folder, samples, test, validation },
    paper: inside?.paper ?? null,
    difference: inside?.difference ?? null,
    seconds: rows.at(-1)?.seconds ?? 0,
    figure: {
      method,
      training: averageRows(training),
      validation: {
        samples: validation.map((row) => row.samples),
        bounds: validation.map(({ elbo }) => elbo),
      },
      test: { samples, elbo: test.elbo, standardError: test.standardError },
    },
  };
}

/** Groups the runs by Nz. */
export function panelsOf(results: readonly RunResult[]): FigurePanel[] {
  const latents = [...new Set(results.map(({ latent }) => latent))];
  return latents.map((latent) => ({
    latent,
    runs: results.filter((result) => result.latent === latent).map(({ figure }) => figure),
  }));
}
