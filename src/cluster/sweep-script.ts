import { ClusterError } from './ray/errors';
import { quoted } from './shell';
import type { Target } from './target';
import { placeOf } from './train-script';

/** Times that a trial whose process has died is started again, from its newest checkpoint. */
const RETRIES = 2;
/** Of the whole script: Linux takes 128 KiB as one argument. */
const MAX_SCRIPT = 120_000;

/** A trial, as python/latent_explorer_ray/sweep.py gets it. */
export interface ClusterTrial {
  /** Name of its run folder. */
  readonly run: string;
  /** Its settings, by name; empty where a search makes them. */
  readonly values: Readonly<Record<string, string>>;
  /** Whether nothing is left to be trained. */
  readonly isDone: boolean;
}

/** What a sweep is on a cluster. */
export interface ClusterSweep {
  /** Of the sweep, whose jobs are called after it. */
  readonly id: string;
  readonly attempt: number;
  readonly trials: readonly ClusterTrial[];
  readonly search: 'grid' | 'random' | 'tpe';
  readonly seed: number;
  /** Settings that vary, for a search that makes values. */
  readonly dimensions: readonly object[];
  readonly stopping: { readonly reduction: number; readonly rungs: readonly number[] } | null;
  /** Trials at once, at most; 0 for as many as there is room for. */
  readonly parallel: number;
}

export const sweepJobId = ({ id, attempt }: Pick<ClusterSweep, 'id' | 'attempt'>): string =>
  attempt === 1 ? id : `${id}-${attempt}`;

/** Returns the folder of a sweep's trials below the folder of logs. It is the same for all of its jobs. */
export const sweepPlace = (id: string): string => placeOf(id).replace(/\/run$/, '');
/** Returns the name, below that folder, of what a job says of its trials. */
export const trialsFile = (attempt: number): string => `trials-${attempt}.json`;

/**
 * Returns the shell script of a job that carries out a sweep.
 * @param script of a trial, as `trainScript` returns it @throws ClusterError if there are too many trials for one job
 */
export function sweepScript(
  sweep: ClusterSweep,
  { cpus, gpus, storage }: Pick<Target, 'cpus' | 'gpus' | 'storage'>,
  script: string,
): string {
  const { attempt, ...rest } = sweep;
  const plan = {
    ...{ ...rest, id: sweepJobId(sweep), place: sweepPlace(sweep.id), record: trialsFile(attempt) },
    ...{ cpus, gpus, retries: RETRIES, hasStorage: storage !== null, script },
  };
  const text = `exec python engine/python/latent_explorer_ray/sweep.py ${quoted(JSON.stringify(plan))}`;
  if (Buffer.byteLength(text) <= MAX_SCRIPT) return text;
  throw new ClusterError(
    'refused',
    `the ${sweep.trials.length} trials take ${Buffer.byteLength(text)} bytes, and a job takes ${MAX_SCRIPT}: expected fewer trials, or fewer settings that vary`,
  );
}
