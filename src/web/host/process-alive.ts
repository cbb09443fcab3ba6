/** Stands in for `src/setup/process-alive.mjs` in the extension host, which knows its own workers. */
import { EngineWorker } from './engine-workers';
import { process as thisHost } from '../node/globals';

/** Others, of other windows, count as alive here; their locks of the browser tell (`process-start.ts`). */
const seen = new Set<number>();

export function isProcessAlive(pid: number): boolean {
  if (pid === thisHost.pid || EngineWorker.isAlive(pid)) {
    seen.add(pid);
    return true;
  }
  return !seen.has(pid);
}

export const isProcessSuspended = (): boolean => false;
