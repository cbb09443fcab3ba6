import type { Port } from '../files/port-transport';
import type { Job } from '../../engine-process/jobs/train-job';

/** What a worker is made for: to be the engine of a run, or to run one command of `vae`. */
export type WorkerJob = EngineJob | { readonly vae: readonly string[] };
export type EngineJob = Job & { readonly mode: 'train' | 'serve' };

/** The first message; `files` is the port that the workspace's files are served at. */
export interface StartOrder {
  readonly start: WorkerJob;
  readonly files: Port;
}

/** What the extension host sends to a worker. */
export type ToWorker =
  | StartOrder
  /** A client of the engine. */
  | { readonly client: Port }
  /** Stop, at a checkpoint if it trains. */
  | { readonly stop: true };

/** What a worker sends to the extension host. */
export type FromWorker =
  /** It has begun; what identifies it in locks. */
  | { readonly pid: number }
  /** What a command of `vae` printed, piece by piece. */
  | { readonly printed: string; readonly to: 'stdout' | 'stderr' }
  /** Last. */
  | { readonly ended: WorkerEnd };

export interface WorkerEnd {
  /** Exit code of a command; 0 or 1 of an engine. */
  readonly code: number;
  /** Why an engine failed; empty otherwise. */
  readonly failure: string;
  /** Whether it could not begin because another holds the run's lock. */
  readonly isLocked?: boolean;
}
