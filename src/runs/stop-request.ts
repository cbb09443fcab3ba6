import { removeFile, replaceFile } from './guarded-files';
import { inRun, statPath } from './guarded-path';
import type { RunFolder } from './guarded-path';
import { LOCK_FILE } from './lock';

/**
 * A file of this name in a run folder asks whoever trains the run to stop at a checkpoint: for a training on another machine, which only
 * the folder leads to.
 */
export const STOP_REQUEST = 'stop.request';

/** Leaves a request to stop. @throws ForeignFileError if something else is there, or a system error */
export async function leaveStopRequest(runFolder: RunFolder): Promise<void> {
  await replaceFile(inRun(runFolder, STOP_REQUEST), '');
}

/**
 * Removes a request to stop that is older than the lock of the run, and so was made to whoever trained it before. The file system's own
 * clock says which is older: one that is made as soon as the lock is there counts. Call it as soon as the lock is taken: a heartbeat
 * makes the lock newer.
 */
export async function removeOldStopRequest(runFolder: RunFolder): Promise<void> {
  const [request, lock] = await Promise.all(
    [STOP_REQUEST, LOCK_FILE].map((name) => statPath(inRun(runFolder, name)).catch(() => null)),
  );
  if (request?.isFile() && lock && request.mtimeMs < lock.mtimeMs) await takeStopRequest(runFolder);
}

/** Removes a request to stop, whatever is in it; a link or a folder of its name is none. @returns whether there was one */
export async function takeStopRequest(runFolder: RunFolder): Promise<boolean> {
  const target = inRun(runFolder, STOP_REQUEST);
  const stats = await statPath(target).catch(() => null);
  if (!stats?.isFile()) return false;
  // Where it cannot be removed, it asks all the same.
  await removeFile(target).catch(() => undefined);
  return true;
}
