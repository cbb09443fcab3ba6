/** What the page about a dataset shows before training. */
import type { Pictures } from '../domain/pictures';
import type { ReportLine } from '../domain/report-line';

export interface DatasetReview {
  readonly name: string;
  /** The preset that would be trained. */
  readonly preset: string;
  /** Null while the images are read. */
  readonly report: {
    readonly lines: readonly ReportLine[];
    /** Some images as the model will see them. */
    readonly examples: Pictures;
  } | null;
  /** Why the images cannot be used, or empty. */
  readonly problem: string;
}

export interface DatasetEvents {
  /** The images were read, or could not be. */
  changed: Record<string, never>;
}
