import { join } from 'node:path';
import { splitDataset } from '../datasets/split';
import type { PaperMethod, PaperSplit } from '../paper/figure2';
import { readMetrics } from '../runs/metrics';
import { boundLabel } from '../runs/bound-label';
import { listSnapshots, readSnapshot } from '../runs/snapshots';
import { importanceRows } from '../model/importance';
import type { Model } from '../model/model';
import { stateOfSnapshot } from '../model/state';
import type { Context } from './context';
import { withProgress } from './evaluation';
import { badInput, EXIT } from './exit';
import type { LikelihoodPanel } from './figure/figure3';
import { METHOD_NAMES } from './figure/legend';
import { formatCount } from '../text/format-count';
import { withModel } from './open-run';
import { trainRepeated } from './repeated-run';
import type { Experiment } from './repeated-run';

/** Model of Figure 3: latent dimensions, and units of each hidden layer. */
const LATENT_SIZE = 3;
const HIDDEN_UNITS = 100;
/** Number of images that the paper's estimate uses: the first ones of a split. */
export const MAX_IMAGES = 1000;
/** Last decades of samples that are measured, at every second snapshot: four per decade. */
const MEASURED_DECADES = 2;

/** L_k of the first images of a split, in nats per datapoint. */
interface LogLikelihoodEstimate {
  readonly logLikelihood: number;
  readonly standardError: number;
  /** Number of images. */
  readonly count: number;
}

export interface LikelihoodPoint extends Readonly<Record<PaperSplit, LogLikelihoodEstimate>> {
  readonly samples: number;
}

/** Measurements of one algorithm in one panel of Figure 3. */
export interface LikelihoodResult {
  readonly trainSize: number;
  readonly method: PaperMethod;
  readonly folder: string;
  /** Ascending in samples; the last point is after all samples. */
  readonly points: readonly LikelihoodPoint[];
  /** Training time in seconds. */
  readonly seconds: number;
  readonly label: string;
}

/** Checks the panel sizes. @throws CliError if the dataset has too few training images for one of the panels */
export function checkTrainSizes(sizes: readonly number[], { dataset }: Experiment): void {
  const { train } = splitDataset(dataset, { validation: 0.1, test: 0.1, seed: 0 });
  const largest = Math.max(...sizes);
  if (largest <= train.length) return;
  throw badInput(
    `${dataset.name}: got ${formatCount(train.length)} training images, expected at least ${formatCount(largest)}; choose with --train-sizes`,
  );
}

/**
 * Trains or resumes a run of Figure 3 and measures its snapshots.
 * @param k draws per datapoint
 * @returns null if training was interrupted; the exit code is then set
 */
export async function reproduceLikelihoods(
  trainSize: number,
  method: PaperMethod,
  k: number,
  experiment: Experiment,
  context: Context,
): Promise<LikelihoodResult | null> {
  const folder = join(experiment.runs, `${trainSize}-${method}`);
  const run = {
    folder,
    method,
    latent: LATENT_SIZE,
    hidden: HIDDEN_UNITS,
    trainLimit: trainSize,
    snapshots: true,
  };
  await trainRepeated(run, experiment, context);
  if (context.exitCode === EXIT.interrupted) return null;
  const steps = measuredSteps(await listSnapshots(folder));
  return withModel(folder, experiment.engine, context, async (model) => {
    const points: LikelihoodPoint[] = [];
    for (const step of steps) {
      await model.session.load(stateOfSnapshot(model.config, await readSnapshot(folder, step)));
      const samples = step * model.config.training.minibatch;
      const where = `${formatCount(trainSize)} images, ${METHOD_NAMES[method]}, ${formatCount(samples)} samples`;
      const of = (split: PaperSplit): Promise<LogLikelihoodEstimate> =>
        estimate(model, split, k, where, experiment, context);
      points.push({ samples, train: await of('train'), test: await of('test') });
    }
    const seconds = (await readMetrics(folder)).at(-1)?.seconds ?? 0;
    return { trainSize, method, folder, points, seconds, label: boundLabel(model.config) };
  });
}

/** Returns the last snapshot and every second one before it, within the measured decades. */
function measuredSteps(steps: readonly number[]): number[] {
  const last = steps.at(-1)!;
  return steps.filter(
    (step, i) => (steps.length - 1 - i) % 2 === 0 && step * 10 ** MEASURED_DECADES >= last * 0.99,
  );
}

async function estimate(
  { session, config }: Model,
  split: PaperSplit,
  k: number,
  where: string,
  { dataset, seed }: Experiment,
  { output }: Context,
): Promise<LogLikelihoodEstimate> {
  const rows = splitDataset(dataset, config.data.split)[split].subarray(0, MAX_IMAGES);
  const { logLikelihood, standardError, count } = await withProgress(
    importanceRows(session, config.model, dataset, rows, { seed, k }),
    ({ done, total }) => `${where}, ${split}: ${Math.floor((100 * done) / total)} %`,
    output,
  );
  return { logLikelihood, standardError, count };
}

/** Groups the runs by number of training images. */
export function likelihoodPanels(results: readonly LikelihoodResult[]): LikelihoodPanel[] {
  const sizes = [...new Set(results.map(({ trainSize }) => trainSize))];
  return sizes.map((trainSize) => ({
    trainSize,
    runs: results
      .filter((result) => result.trainSize === trainSize)
      .map(({ method, points }) => {
        const curve = (split: PaperSplit) => ({
          samples: points.map(({ samples }) => samples),
          bounds: points.map((point) => point[split].logLikelihood),
        });
        return { method, train: curve('train'), test: curve('test') };
      }),
  }));
}
