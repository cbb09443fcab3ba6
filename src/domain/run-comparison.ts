import type { Bound } from './metrics';
import type { RunOutcome } from './run-outcome';
import type { SettingRow } from './setting-row';

/** A run as it stands, in figures; bounds in nats per datapoint. */
export interface ComparedRun {
  readonly folder: string;
  readonly name: string;
  readonly preset: string;
  readonly dataset: string;
  /** Nz. */
  readonly latent: number;
  readonly outcome: RunOutcome;
  readonly step: number;
  readonly samples: number;
  /** Of training. */
  readonly seconds: number;
  /** The newest rows; null where there is none yet. */
  readonly train: Bound | null;
  readonly validation: Bound | null;
  /** The highest validation bound, and at which step. */
  readonly best: { readonly step: number; readonly elbo: number } | null;
  /** What its bounds must be read with. */
  readonly label: string;
}

export interface RunComparison {
  readonly runs: readonly ComparedRun[];
  readonly settings: readonly SettingRow[];
  /** Why bounds cannot be compared, in sentences; empty where they can. */
  readonly cautions: readonly string[];
}
