import type { Dataset } from '../datasets/dataset';
import { RpcError } from '../protocol/rpc';
import type { Model } from '../model/model';
import type { RunStatus } from './jobs/run-status';
import type { LatentsJob } from './map/encode-dataset-job';
import type { Scheduler } from './scheduler';
import type { Snapshots } from './snapshots/snapshots';

/** What the service needs of the process that it runs in. */
export interface EngineContext {
  readonly mode: 'train' | 'serve';
  readonly runStatus: RunStatus;
  readonly scheduler: Scheduler;
  /** The encoded images of the run. */
  readonly latents: LatentsJob;
  /** The weights that the run kept on its way. */
  readonly snapshots: Snapshots;
  /** The model with its newest weights, or null while it is not there yet. */
  model(): Model | null;
  dataset(): Promise<Dataset>;
  stop(): Promise<void>;
  pause(): void;
  continueTraining(): void;
}

/** @throws RpcError `not-ready` */
export function modelOf(context: EngineContext): Model {
  const model = context.model();
  if (!model) throw new RpcError('not-ready', 'the model is not ready yet: the run is still being prepared');
  return model;
}
