import type { EndpointServer } from '../../endpoint/server';
import type { RunLock } from '../../runs/lock';
import type { Scheduler } from '../scheduler';

/** Releases the run's lock and closes its endpoint, for a process that is about to exit without a checkpoint. */
export function abandon(scheduler: Scheduler, lock: RunLock, endpoint: EndpointServer): Promise<void> {
  return new Promise((resolve) => {
    // This turn never ends, so training cannot record anything after the lock is released.
    void scheduler.turn('interactive', async () => {
      await lock.release();
      await endpoint.close();
      resolve();
      await new Promise(() => undefined);
    });
  });
}
