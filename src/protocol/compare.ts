/** What the comparison panel shows. Runs are identified by the URIs of their folders. */
import type { ImageCard } from '../domain/pictures';
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

export interface CompareEvents {
  /** The compared runs are different ones. */
  chosen: object;
  /** A compared run has changed; fires whenever a run in training has new rows. */
  changed: object;
}
