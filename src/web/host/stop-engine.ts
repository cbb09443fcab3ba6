/** Stands in for `src/endpoint/stop-engine.ts`. */
import type { stopEngine as original } from '../../endpoint/stop-engine';
import { noteEnded } from './ended-by-user';
import { EngineWorker } from './engine-workers';

/** How long a worker may take to write its checkpoint and end, in ms. */
const PATIENCE_MS = 5000;

export const stopEngine: typeof original = async (runFolder, { onEscalation = () => undefined } = {}) => {
  const worker = EngineWorker.ofRun(runFolder);
  if (worker === null) return null;
  let isKilled = false;
  const late = setTimeout(() => {
    isKilled = true;
    onEscalation('kill', worker.pid ?? 0);
    noteEnded(runFolder);
    worker.terminate();
  }, PATIENCE_MS);
  worker.stop();
  await worker.ended;
  clearTimeout(late);
  return isKilled ? 'kill' : 'ask';
};
