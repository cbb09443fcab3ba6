/** Between the extension host and the panel that compares runs. Runs are named by the URIs of their folders. */
import type { EncodeFailure } from './engine';
import type { MetricRow } from '../domain/metrics';
import type { ImageCard } from '../domain/pictures';
import type { TimeImages } from './time';
import type { DecodedPoints } from './points';
import type { ComparedRun, RunComparison } from '../domain/run-comparison';

/** Most runs of one comparison: as many as there are colours that everybody can tell apart, and some to spare. */
export const MAX_COMPARED_RUNS = 8;
/** Images in a row of the panel. */
export const MAX_COMPARED_IMAGES = 24;

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
