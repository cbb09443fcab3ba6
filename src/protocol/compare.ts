/** Between the extension host and the panel that compares runs. Runs are named by the URIs of their folders. */
import type { DecodedPoints, EncodeFailure } from './engine';
import type { Bound, MetricRow } from './metrics';
import type { RunView } from './panel';
import type { ImageCard } from './pictures';
import type { TimeImages } from './time';

/** Most runs of one comparison: as many as there are colours that everybody can tell apart, and some to spare. */
export const MOST_COMPARED = 8;
/** Images in a row of the panel. */
export const MOST_COMPARED_IMAGES = 24;

/** A run as it stands, in figures; bounds in nats per datapoint. */
export interface ComparedRun {
  readonly folder: string;
  readonly name: string;
  readonly preset: string;
  readonly dataset: string;
  /** Nz. */
  readonly latent: number;
  readonly outcome: RunView['outcome'];
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

/** A setting of config.json in several runs. */
export interface SettingRow {
  /** As config.json has it: `model.latent`, `training.optimizer.learningRate`. */
  readonly name: string;
  /** As JSON would write it, but text without its quotes; null where a run has no such setting. One for each run. */
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}

export interface RunToCompare extends Omit<ComparedRun, 'folder'> {
  readonly uri: string;
}

export interface CompareView extends Omit<RunComparison, 'runs'> {
  readonly runs: readonly RunToCompare[];
  /** False in a workspace that is not trusted: figures, curves and settings are all there is. */
  readonly mayOpenModels: boolean;
}

/** An image under one run. */
export type ComparedImage = Pick<
  ImageCard,
  | 'name'
  | 'original'
  | 'reconstructed'
  | 'mean'
  | 'standardDeviation'
  | 'klPerDimension'
  | 'elbo'
  | 'reconstruction'
  | 'kl'
  | 'step'
>;

/** What each run decodes: a grid over two of its dimensions, or draws of the prior. The same z where Nz is equal. */
export type ComparedPoints =
  | { readonly dimensions: readonly [across: number, up: number]; readonly side: number }
  | { readonly count: number; readonly seed: number };

export interface CompareMethods {
  /** Null where no runs were chosen. */
  comparison(params: object): CompareView | null;
  /** The run's curve, thinned for a drawing. */
  curve(params: { readonly run: string }): readonly MetricRow[];
  /** Images of the first run's dataset. */
  images(params: object): TimeImages;
  /** Images of the first run's dataset, encoded by any of the runs; in the order of `ids`. */
  cards(params: {
    readonly run: string;
    readonly ids: readonly string[];
  }): readonly (ComparedImage | EncodeFailure)[];
  decoded(params: { readonly run: string; readonly points: ComparedPoints }): DecodedPoints;
  /** Shows one of the runs in the explorer panel. */
  openRun(params: { readonly run: string }): void;
  /** Asks which runs to compare, as the command does. */
  pick(params: object): void;
}

export interface CompareEvents {
  /** Other runs are compared. */
  chosen: object;
  /** One of the runs has changed: as often as a run that trains has new rows. */
  changed: object;
}
