/** What the page about a dataset shows before training. */
import type { Pictures } from '../domain/pictures';
import type { ReportLine } from '../domain/report-line';

/** Where to train, as the person decides on the page; null for not at all. */
export type TrainingPlace = 'here' | 'cluster' | null;

export interface DatasetReview {
  readonly name: string;
  /** The preset that would be trained. */
  readonly preset: string;
  /** Null while the images are read. */
  readonly report: {
    readonly plan: ReviewedPlan;
    readonly lines: readonly ReportLine[];
    /** Some images as the model will see them. */
    readonly examples: Pictures;
  } | null;
  /** Expected seconds of training for all samples on this machine; null while it is measured, or if it could not be. */
  readonly seconds: number | null;
  /** Whether the person has clusters to train on. */
  readonly hasClusters: boolean;
  /** Why the images cannot be used, or empty. */
  readonly problem: string;
}

/** What would be trained on these images. */
interface ReviewedPlan {
  readonly likelihood: string;
  readonly latent: number;
  /** How images of another aspect ratio are brought to the model's size: crop, pad or stretch. */
  readonly fit: string;
  readonly samples: number;
  /** Epochs without a better validation bound after which training ends; 0 for never. */
  readonly patience: number;
}

export interface DatasetEvents {
  /** The images were read or could not be, or the time was measured. */
  changed: Record<string, never>;
}
