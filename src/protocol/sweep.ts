/** What the page of a sweep shows. Trials are identified by their numbers. */
import type { Pictures } from '../domain/pictures';
import type { SweepView } from '../domain/sweep';

export interface SweepPage extends Omit<SweepView, 'folder'> {
  /** URI of the sweep's folder, by which the page is found again after a reload. */
  readonly uri: string;
  /** False in an untrusted workspace, where nothing is trained and no model is opened. */
  readonly mayOpenModels: boolean;
}

/** Images under the model of a trial. */
export interface TrialPictures {
  /** Validation images that represent the dataset. */
  readonly originals: Pictures;
  readonly reconstructed: Pictures;
  /** Draws from the prior. */
  readonly samples: Pictures;
  /** Training step of the weights. */
  readonly step: number;
}

export interface SweepEvents {
  /** A trial has come further, or the sweep has ended or goes on. */
  changed: object;
}
