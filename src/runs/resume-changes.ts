import type { DatasetSource } from '../datasets/dataset';

/** What the user changes of a run that is resumed. */
export interface ResumeChanges {
  /** Learning rate from here on; absent to keep the run's. */
  readonly learningRate?: number | undefined;
  /** Training datapoints in all, to which training goes on; absent for as many as planned. */
  readonly samples?: number | undefined;
  /** Where the images are now; absent for where they were. */
  readonly data?: DatasetSource | undefined;
  /** Whether to go on without images that are missing, have changed or were added. */
  readonly skipChanged?: boolean | undefined;
}
