import type { Dataset } from '../datasets/dataset';
import type { PaperMethod } from '../paper/figure2';
import { isMnist } from '../paper/setting';
import type { RunConfig } from '../runs/config';
import { makeFolders, namesIn } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';
import { readConfig, readRun } from '../runs/store';
import { removeUnstartedRun } from '../runs/remove-unstarted-run';
import type { Context } from './context';
import { badInput } from './exit';
import { toRequest, trainHere } from './training';
import type { EngineFlags } from './training';

/**
 * Standard deviations of the initial weights. The paper draws them from N(0, 0.01), where 0.01 may be a variance or a standard
 * deviation.
 */
export const START_VALUES = { variance: 0.1, deviation: 0.01 } as const;

/** The paper's experiment on one dataset. */
export interface Experiment {
  readonly dataset: Dataset;
  readonly samples: number;
  readonly seed: number;
  readonly start: keyof typeof START_VALUES;
  /** Folder that contains the run folders. */
  readonly runs: string;
  readonly engine: EngineFlags;
}

/** One run of an experiment: the paper's preset, named after its algorithm, and the settings that override it. */
export interface RepeatedRun {
  readonly folder: string;
  readonly method: PaperMethod;
  readonly latent: number;
  readonly hidden: number;
  /** Number of training images used, from the first; 0 means all. */
  readonly trainLimit: number;
  /** Whether snapshots of the weights are kept during training. */
  readonly snapshots: boolean;
}

/** Checks the image shape. @throws CliError unless the images are 28 x 28 grey, as the paper's model requires */
export function checkImages({ name, shape }: Dataset): void {
  const { width, height, channels } = shape;
  if (width === 28 && height === 28 && channels === 1) return;
  throw badInput(
    `${name}: got images of ${width} × ${height} with ${channels} channel${channels === 1 ? '' : 's'} (${width * height * channels} inputs), ` +
      'expected 28 × 28 grey (784 inputs), as in the experiment of the paper; `vae train --preset aevb` takes others',
  );
}

/** Returns the remark for numbers measured on images other than the paper's. */
export function otherImages({ name, fingerprint }: Dataset): string[] {
  if (isMnist(fingerprint)) return [];
  return [`The images are those of ${name}, not MNIST's as in the paper: the difference means nothing.`];
}

/** Returns the remark on the initial weights. */
export function startValues({ start }: Experiment): string {
  return `Start values are from N(0, 0.01), 0.01 read as a ${start === 'variance' ? 'variance' : 'standard deviation'}; the paper does not say which it is.`;
}

/** Trains or resumes the run; leaves a finished one alone. Sets the exit code if interrupted. */
export async function trainRepeated(
  run: RepeatedRun,
  experiment: Experiment,
  context: Context,
): Promise<void> {
  const { folder, method, latent, hidden, trainLimit, snapshots } = run;
  const { dataset, samples, seed, engine, start } = experiment;
  await removeUnstartedRun(folder);
  await makeFolders(inRun(folder));
  if ((await namesIn(inRun(folder))).length === 0) {
    const standard = { 'initialisation.standardDeviation': START_VALUES[start] };
    const texts = Object.entries({ latent, hidden, trainLimit, snapshots, ...standard }).map(
      ([key, value]) => [key, String(value)],
    );
    const set = Object.fromEntries(texts) as Record<string, string>;
    try {
      await trainHere(
        folder,
        toRequest(dataset.source, { ...engine, preset: method, seed, samples, set }),
        engine,
        context,
      );
    } finally {
      await removeUnstartedRun(folder);
    }
    return;
  }
  checkSame(run, await readConfig(folder), experiment);
  const { outcome } = await readRun(folder);
  if (outcome === 'finished') return;
  context.output.warn(`${folder}: continues where it stopped`);
  await trainHere(folder, null, engine, context);
}

/** Checks that an existing run has the requested settings. @throws CliError */
function checkSame(run: RepeatedRun, config: RunConfig, { dataset, samples, seed, start }: Experiment): void {
  const { model, training, data, initialisation } = config;
  const pairs = [
    ['preset', config.preset, run.method],
    ['latent dimensions', model.latent, run.latent],
    ['inputs', model.inputSize, 784],
    [
      'hidden units',
      `${model.encoderHidden.join()} and ${model.decoderHidden.join()}`,
      `${run.hidden} and ${run.hidden}`,
    ],
    ['samples', training.samples, samples],
    ['seed', config.seed, seed],
    ['images with fingerprint', data.fingerprint.slice(0, 12), dataset.fingerprint.slice(0, 12)],
    ['most training images', data.split.trainLimit, run.trainLimit],
    ['snapshots', config.snapshots, run.snapshots],
    [
      'start values of standard deviation',
      initialisation.kind === 'normal' ? initialisation.standardDeviation : initialisation.kind,
      START_VALUES[start],
    ],
  ] as const;
  for (const [what, got, expected] of pairs) {
    if (got === expected) continue;
    throw badInput(
      `${run.folder} holds a run with ${what} ${got}, expected ${expected}; choose another --out, or give the same options as before`,
    );
  }
}
