import type { TrainedRun } from '../copy-run';
import type { InHostName } from './names';

/** What the runner tells the tests in the extension host, by a file beside their bundle. */
export interface Plan {
  /** In this order. */
  readonly names: readonly InHostName[];
  /** Finished, on the workspace's pictures, with 5 latent dimensions. */
  readonly pictures: TrainedRun;
  /** Stopped, on built-in digits, with 20. */
  readonly digits: TrainedRun;
}

export const PLAN_FILE = 'in-host-plan.json';
export const RESULTS_FILE = 'in-host.json';
