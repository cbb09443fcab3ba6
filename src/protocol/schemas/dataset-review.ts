/** Methods of the page about a dataset; the extension host answers them. */
import type { DatasetReview } from '../dataset-review';
import { method } from './method';
import type { MethodsOf } from './method';

export const datasetMethods = {
  current: method().returns<DatasetReview>(),
  /** Starts training. */
  train: method().returns<void>(),
  /** Goes on to ask on which cluster, and what to send. */
  trainOnCluster: method().returns<void>(),
  /** Closes the page without training. */
  cancel: method().returns<void>(),
};
export type DatasetMethods = MethodsOf<typeof datasetMethods>;
