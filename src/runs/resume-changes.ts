import type { DatasetSource } from '../datasets/dataset';

/** What the user changes of a run that is resumed. */
export interface ResumeChanges {
  /** Learning rate from here on; absent to keep the run's. */
  readonly learningRate?: number | undefined;
  /** Where the images are now; absent for where they were. */
  readonly data?: DatasetSource | undefined;
  /** Whether to go on without images that are missing, have changed or were added. */
  readonly skipChanged?: boolean | undefined;
}
