import { removeFile, replaceFile } from './guarded-files';
import { inRun, statPath } from './guarded-path';
import type { RunFolder } from './guarded-path';

/**
 * A file of this name in a run folder asks whoever trains the run to stop at a checkpoint: for a training on another machine, which only
 * the folder leads to.
 */
export const STOP_REQUEST = 'stop.request';

/** Leaves a request to stop. @throws ForeignFileError if something else is there, or a system error */
export async function leaveStopRequest(runFolder: RunFolder): Promise<void> {
  await replaceFile(inRun(runFolder, STOP_REQUEST), '');
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
