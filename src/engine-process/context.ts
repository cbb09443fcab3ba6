import type { Dataset } from '../datasets/dataset';
import type { Model } from '../model/model';
import type { RunClassifier } from './classifier/run-classifier';
import type { RunStatus } from './jobs/run-status';
import type { EncodeDatasetJob } from './map/encode-dataset-job';
import type { Scheduler } from './scheduler';
import type { Snapshots } from './snapshots/snapshots';

/** Dependencies of the engine service, supplied by the training or serving process. */
export interface EngineContext {
  readonly mode: 'train' | 'serve';
  readonly runStatus: RunStatus;
  readonly scheduler: Scheduler;
  /** Encodes the run's images for the map. */
  readonly latents: EncodeDatasetJob;
  /** The classifier that a person attached to the run. */
  readonly classifier: RunClassifier;
  /** Weights saved at earlier steps of the run. */
  readonly snapshots: Snapshots;
  /** Returns the model with its newest weights, or null while the run is being prepared. */
  model(): Model | null;
  dataset(): Promise<Dataset>;
  stop(): Promise<void>;
  pause(): void;
  continueTraining(): void;
}
