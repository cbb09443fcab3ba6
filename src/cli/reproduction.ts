import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../data/dataset';
import { splitDataset } from '../data/split';
import { compareWithPaper } from '../paper/compare';
import type { PaperLatent } from '../paper/figure2';
import type { TrainRow, ValidationRow } from '../protocol/metrics';
import type { RunConfig } from '../runs/config';
import { readMetrics } from '../runs/metrics';
import { readConfig, readRun } from '../runs/store';
import { discardUnbegun } from '../runs/unbegun';
import type { Context } from './context';
import { evaluateSplit } from './evaluation';
import type { LabelledBound } from './evaluation';
import { badInput, EXIT } from './exit';
import { averageRows } from './figure/average';
import type { FigurePanel } from './figure/figure2';
import { withModel } from './openRun';
import { toRequest, trainHere } from './training';
import type { EngineOptions } from './training';

/** What is repeated: the paper's preset on one dataset. */
export interface Experiment {
  readonly dataset: Dataset;
  readonly samples: number;
  readonly seed: number;
  /** Holds a run folder for each Nz. */
  readonly runs: string;
  readonly engine: EngineOptions;
}

/** One panel of the figure, measured. Bounds in nats per datapoint. */
export interface PanelResult {
  readonly latent: PaperLatent;
  readonly folder: string;
  readonly samples: number;
  /** On the test split, with its standard error; the newest weights. */
  readonly test: LabelledBound;
  /** The run's rows of the validation split, the last one after all samples. */
  readonly validation: readonly ValidationRow[];
  /** The paper's test curve at the same number of samples; null outside it. */
  readonly paper: number | null;
  /** Ours minus theirs. */
  readonly difference: number | null;
  /** Of training. */
  readonly seconds: number;
  readonly figure: FigurePanel;
}

/** @throws CliError unless the images are those that the paper's model takes: 28 x 28 grey */
export function checkImages({ name, shape }: Dataset): void {
  const { width, height, channels } = shape;
  if (width === 28 && height === 28 && channels === 1) return;
  throw badInput(
    `${name}: got images of ${width}x${height} with ${channels} channel${channels === 1 ? '' : 's'} (${width * height * channels} inputs), ` +
      'expected 28x28 grey (784 inputs), as in the experiment of the paper; `vae train --preset aevb` takes others',
  );
}

/**
 * Trains the panel's run, or takes it up where it stopped, and measures it.
 * @returns null where training was interrupted; the exit code then says so
 */
export async function reproducePanel(
  latent: PaperLatent,
  experiment: Experiment,
  context: Context,
): Promise<PanelResult | null> {
  const folder = join(experiment.runs, `nz${latent}`);
  await trainPanel(latent, folder, experiment, context);
  if (context.exitCode === EXIT.interrupted) return null;
  return measure(latent, folder, experiment, context);
}

async function trainPanel(
  latent: PaperLatent,
  folder: string,
  experiment: Experiment,
  context: Context,
): Promise<void> {
  const { dataset, samples, seed, engine } = experiment;
  await discardUnbegun(folder);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length === 0) {
    const options = { ...engine, preset: 'aevb' as const, seed, samples, set: { latent: String(latent) } };
    try {
      await trainHere(folder, toRequest(dataset.source, options), engine, context);
    } finally {
      await discardUnbegun(folder);
    }
    return;
  }
  checkSame(folder, await readConfig(folder), latent, experiment);
  const { outcome } = await readRun(folder);
  if (outcome === 'finished') return;
  context.output.warn(`${folder}: goes on where it stopped`);
  await trainHere(folder, null, engine, context);
}

/** A run that is there already must be the one that is wanted. */
function checkSame(
  folder: string,
  config: RunConfig,
  latent: number,
  { dataset, samples, seed }: Experiment,
): void {
  const { model, training, data } = config;
  const pairs = [
    ['preset', config.preset, 'aevb'],
    ['latent dimensions', model.latent, latent],
    ['inputs', model.inputSize, 784],
    ['hidden units', `${model.encoderHidden.join()} and ${model.decoderHidden.join()}`, '500 and 500'],
    ['samples', training.samples, samples],
    ['seed', config.seed, seed],
    ['images with fingerprint', data.fingerprint.slice(0, 12), dataset.fingerprint.slice(0, 12)],
  ] as const;
  for (const [what, got, expected] of pairs) {
    if (got === expected) continue;
    throw badInput(
      `${folder} holds a run with ${what} ${got}, expected ${expected}; choose another --out, or give the same options as before`,
    );
  }
}

async function measure(
  latent: PaperLatent,
  folder: string,
  { dataset, seed, engine }: Experiment,
  context: Context,
): Promise<PanelResult> {
  const { test, samples } = await withModel(folder, engine, context, async (model) => {
    const parts = splitDataset(dataset, model.config.data.split);
    const bound = await evaluateSplit(model, dataset, parts, 'test', { draws: 1, seed }, context.output);
    return { test: bound, samples: model.step * model.config.training.minibatch };
  });
  const rows = await readMetrics(folder);
  const validation = rows.filter((row): row is ValidationRow => row.type === 'validation');
  const training = rows.filter((row): row is TrainRow => row.type === 'train');
  const comparison = compareWithPaper(latent, samples, test.elbo);
  const inside = comparison?.at === 'inside' ? comparison : null;
  return {
    latent,
    folder,
    samples,
    test,
    validation,
    paper: inside?.paper ?? null,
    difference: inside?.difference ?? null,
    seconds: rows.at(-1)?.seconds ?? 0,
    figure: {
      latent,
      training: averageRows(training),
      validation: {
        samples: validation.map((row) => row.samples),
        bounds: validation.map(({ elbo }) => elbo),
      },
      test: { samples, elbo: test.elbo, standardError: test.standardError },
    },
  };
}
