/** Stands in for `src/endpoint/start-engine.ts`: an engine is a worker of this window, and ends with it. */
import type { startEngine as original } from '../../endpoint/start-engine';
import type { EngineChoice } from '../../engine/choose';
import type { DeviceChoice } from '../../engine/device';
import { makeFolders } from '../../runs/guarded-files';
import { inRun, statPath } from '../../runs/guarded-path';
import { waitForEngine } from './client';
import { forgetEnd } from './ended-by-user';
import { EngineWorker } from './engine-workers';

/** Time until an engine must answer, in ms. */
const START_TIMEOUT_MS = 180_000;

export const startEngine: typeof original = async (options) => {
  const { runFolder, mode, request = null, changes, engine = 'auto', threads, device = 'auto' } = options;
  // Reject links before creating anything, also behind them.
  await statPath(inRun(runFolder, 'log.txt'));
  await makeFolders(inRun(runFolder));
  forgetEnd(runFolder);
  const worker = await EngineWorker.start({
    ...{ mode, runFolder, request, ...changes },
    engine: engine as EngineChoice,
    threads: threads ? threads : null,
    device: device as DeviceChoice,
  });
  const ended = new AbortController();
  void worker.ended.then(() => ended.abort());
  const opened = await waitForEngine(runFolder, mode, START_TIMEOUT_MS, ended.signal);
  if (opened) return opened;
  if (!ended.signal.aborted) throw new Error(`the engine did not answer within ${START_TIMEOUT_MS / 1000} s`);
  const { failure, isLocked } = await worker.ended;
  if (isLocked)
    throw new Error('this run is being trained in another tab or window; stop it there first, or watch it');
  throw new Error(failure || 'the engine ended at its start');
};
