import type { Bound } from './metrics';
import type { RunOutcome } from './run-outcome';
import type { SettingRow } from './setting-row';

/** Current figures of a run; bounds in nats per datapoint. */
export interface ComparedRun {
  readonly folder: string;
  /** The name that a person gave the run, else that of its folder. */
  readonly name: string;
  readonly preset: string;
  readonly dataset: string;
  /** Nz. */
  readonly latent: number;
  readonly outcome: RunOutcome;
  readonly step: number;
  readonly samples: number;
  /** Seconds of training. */
  readonly seconds: number;
  /** Bounds of the newest rows; null if there are none yet. */
  readonly train: Bound | null;
  readonly validation: Bound | null;
  /** The highest validation bound, and its step. */
  readonly best: { readonly step: number; readonly elbo: number } | null;
  /** Label needed to interpret the bounds: the likelihood and the preprocessing of the inputs. */
  readonly label: string;
}

export interface RunComparison {
  readonly runs: readonly ComparedRun[];
  readonly settings: readonly SettingRow[];
  /** Reasons why the bounds cannot be compared, as sentences; empty if they can. */
  readonly cautions: readonly string[];
}
