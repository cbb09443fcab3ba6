import type { DatasetReview, TrainingPlace } from '../../protocol/dataset-review';
import type { Handlers } from '../../protocol/rpc';
import { checked } from '../../protocol/schemas/method';
import { datasetMethods } from '../../protocol/schemas/dataset-review';
import type { DatasetMethods } from '../../protocol/schemas/dataset-review';

export interface ReviewOptions {
  /** Of the dataset. */
  readonly name: string;
  readonly preset: string;
  readonly hasClusters: boolean;
  /** Reads the dataset and reports on it. */
  readonly inspect: () => Promise<NonNullable<DatasetReview['report']>>;
  /** Measures how long training on images of this shape would take, in seconds; null if that cannot be told. */
  readonly time: (report: NonNullable<DatasetReview['report']>) => Promise<number | null>;
  /** Called with the user's decision. */
  readonly answer: (place: TrainingPlace) => void;
  /** Called once the report or the time is there, or cannot be had. */
  readonly onChanged: () => void;
}

/** Begins to read a dataset, and handles requests of the page that shows the report. */
export function reviewHandlers(options: ReviewOptions): Handlers<DatasetMethods> {
  const { name, preset, hasClusters, inspect, time, answer, onChanged } = options;
  let review: DatasetReview = { name, preset, hasClusters, report: null, seconds: null, problem: '' };
  const change = (found: Partial<DatasetReview>): void => {
    review = { ...review, ...found };
    onChanged();
  };
  inspect().then(
    (report) => {
      change({ report });
      // Afterwards: reading images takes all cores.
      void time(report).then((seconds) => change({ seconds }));
    },
    (error: unknown) => change({ problem: (error as Error).message }),
  );
  return checked(datasetMethods, {
    current: () => review,
    train: () => answer('here'),
    trainOnCluster: () => answer('cluster'),
    cancel: () => answer(null),
  });
}
