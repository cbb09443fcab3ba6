/** Maximum number of trials of a sweep. */
export const MAX_TRIALS = 1000;

/**
 * What has become of a trial. `paused` waits at a rung for its promotion, `outranked` was left there at the end of the sweep,
 * `interrupted` was being trained when the sweep ended before its end.
 */
export type TrialState =
  'waiting' | 'training' | 'paused' | 'outranked' | 'interrupted' | 'finished' | 'failed';

/** The importance-weighted bound by which finished trials are ranked, with how it was measured. */
export interface TrialRanking {
  /** L_k in nats per image. */
  readonly logLikelihood: number;
  /** Standard error of `logLikelihood` over images; null of one image. */
  readonly standardError: number | null;
  /** Draws per image. */
  readonly k: number;
  /** Number of images, spread evenly over the validation split. */
  readonly images: number;
}

/** A trial of a sweep: a run, with the values of its settings. Bounds are in nats per image, higher is better. */
export interface SweepTrial {
  /** Counted from 1. */
  readonly number: number;
  /** Name of its run folder. */
  readonly run: string;
  readonly state: TrialState;
  /** Why it failed or could not be ranked; else empty. */
  readonly reason: string;
  /** Values of the settings that are varied, by setting, as `--set` takes them. */
  readonly values: Readonly<Record<string, string>>;
  /** Best validation bound so far; null before the first validation. */
  readonly bound: number | null;
  /** Training datapoints so far. */
  readonly samples: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** Number of rungs of early stopping that it has passed or waits at. */
  readonly rungs: number;
  readonly ranking: TrialRanking | null;
  /** Place among the ranked trials, from 1; null if it is not ranked. */
  readonly rank: number | null;
}

/** Early stopping: at each rung, one of `reduction` trials goes on. */
export interface EarlyStopping {
  readonly reduction: number;
  /** Training datapoints at which trials are compared, ascending. */
  readonly rungs: readonly number[];
}

/** `running` is carried out by a process now; `stopped` and `interrupted` can be continued. */
export type SweepState = 'running' | 'stopped' | 'interrupted' | 'finished';

/** A sweep as lists, tables and views show it. */
export interface SweepView {
  readonly name: string;
  readonly folder: string;
  readonly state: SweepState;
  /** Name of the cluster that carries it out; null for this machine. */
  readonly target: string | null;
  /** UTC, ISO 8601. */
  readonly createdAt: string;
  readonly preset: string;
  readonly dataset: string;
  readonly search: 'grid' | 'random' | 'tpe';
  readonly stopping: EarlyStopping | null;
  /** Settings that are varied, in the order in which they were given. */
  readonly settings: readonly string[];
  /** Training datapoints of a trial that trains to its end; null if that is one of the settings. */
  readonly samples: number | null;
  /** By rank, then by bound; those without either last. */
  readonly trials: readonly SweepTrial[];
  /** Why bounds of these trials cannot be compared; empty if they can. */
  readonly cautions: readonly string[];
}
