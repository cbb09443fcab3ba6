import { removeCheckpointLeftovers } from './checkpoint';
import { removeClassifierLeftovers } from './classifier';
import { namesIn, removeFile, removeLeftovers } from './guarded-files';
import { inRun } from './guarded-path';
import { removeLatentLeftovers } from './latents';
import { removeSnapshotLeftovers } from './snapshots';
import { isAbandonedName } from './temporary-name';
import { removeLayoutLeftovers } from './umap-files';

/** Files of the run folder that only the process which has locked the run writes. */
const LOCKED_FILES = ['config.json', 'images.json', 'process.json', 'metrics.jsonl', 'log.txt'];
/** Files that other processes write, too. A job file is read and removed at once by the engine that it starts. */
const SHARED_FILES = ['job', 'stop.request', 'remote.json'];

/**
 * Removes what interrupted writes left in a run folder, and only that: files and folders named by `temporaryName` after ours.
 * Call with the run's lock. Never throws: training does not depend on it.
 */
export async function removeRunLeftovers(runFolder: string): Promise<void> {
  const folder = inRun(runFolder);
  const parts = [
    () => removeLeftovers(folder, (name) => LOCKED_FILES.includes(name)),
    () => removeAbandoned(runFolder),
    () => removeCheckpointLeftovers(runFolder),
    () => removeSnapshotLeftovers(runFolder),
    () => removeLatentLeftovers(runFolder),
    () => removeLayoutLeftovers(runFolder),
    () => removeClassifierLeftovers(runFolder),
  ];
  for (const part of parts) await part().catch(() => undefined);
}

/** Removes what processes of this machine left that have died. */
async function removeAbandoned(runFolder: string): Promise<void> {
  for (const name of await namesIn(inRun(runFolder)))
    if (isAbandonedName(name, (of) => SHARED_FILES.includes(of))) await removeFile(inRun(runFolder, name));
}
