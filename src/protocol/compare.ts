/** Protocol between the extension host and the comparison panel. Runs are identified by the URIs of their folders. */
import type { EncodeFailure } from './engine';
import type { MetricRow } from '../domain/metrics';
import type { ImageCard } from '../domain/pictures';
import type { TimeImages } from './time';
import type { DecodedPoints } from './points';
import type { ComparedRun, RunComparison } from '../domain/run-comparison';

/** Maximum runs in a comparison: slightly more than there are colours everyone can tell apart. */
export const MAX_COMPARED_RUNS = 8;
/** Maximum images per row of the panel. */
export const MAX_COMPARED_IMAGES = 24;

export interface RunToCompare extends Omit<ComparedRun, 'folder'> {
  readonly uri: string;
}

export interface CompareView extends Omit<RunComparison, 'runs'> {
  readonly runs: readonly RunToCompare[];
  /** False in an untrusted workspace, which shows only figures, curves and settings. */
  readonly mayOpenModels: boolean;
}

/** An image encoded by one run. */
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

/** Points decoded by each run: a grid over two latent dimensions, or prior draws. Runs with equal Nz get the same z. */
export type ComparedPoints =
  | { readonly dimensions: readonly [across: number, up: number]; readonly side: number }
  | { readonly count: number; readonly seed: number };

export interface CompareMethods {
  /** Null if no runs have been chosen. */
  comparison(params: object): CompareView | null;
  /** Returns the run's metric rows, thinned for plotting. */
  curve(params: { readonly run: string }): readonly MetricRow[];
  /** Returns images of the first run's dataset. */
  images(params: object): TimeImages;
  /** Returns images of the first run's dataset, encoded by `run`, in the order of `ids`. */
  cards(params: {
    readonly run: string;
    readonly ids: readonly string[];
  }): readonly (ComparedImage | EncodeFailure)[];
  decoded(params: { readonly run: string; readonly points: ComparedPoints }): DecodedPoints;
  /** Shows one of the runs in the explorer panel. */
  openRun(params: { readonly run: string }): void;
  /** Asks the user which runs to compare, like the command. */
  pick(params: object): void;
}

export interface CompareEvents {
  /** The compared runs are different ones. */
  chosen: object;
  /** A compared run has changed; fires whenever a run in training has new rows. */
  changed: object;
}
