import type { EndpointServer } from '../../endpoint/server';
import type { RunLock } from '../../runs/lock';
import type { Scheduler } from '../scheduler';

/** Gives a run back whose process is about to end without a checkpoint: no lock and no address are left behind. */
export function abandon(scheduler: Scheduler, lock: RunLock, endpoint: EndpointServer): Promise<void> {
  return new Promise((resolve) => {
    // In a turn that never ends: nothing is recorded of a run that is no longer ours.
    void scheduler.turn('interactive', async () => {
      await lock.release();
      await endpoint.close();
      resolve();
      await new Promise(() => undefined);
    });
  });
}
