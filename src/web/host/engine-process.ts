/** Stands in for `src/endpoint/engine-process.ts`. */
import { EngineWorker } from './engine-workers';

/** Returns the living worker of a run's engine; null if this window has none. */
export function engineProcess(
  runFolder: string,
): Promise<{ readonly pid: number; readonly trains: boolean } | null> {
  const worker = EngineWorker.ofRun(runFolder);
  if (worker === null || worker.pid === null) return Promise.resolve(null);
  const trains = 'mode' in worker.job && worker.job.mode === 'train';
  return Promise.resolve({ pid: worker.pid, trains });
}

export async function untilEnded(pid: number, timeout: number): Promise<boolean> {
  const end = performance.now() + timeout;
  while (EngineWorker.isAlive(pid)) {
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
