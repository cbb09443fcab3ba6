import { removeCheckpointLeftovers } from './checkpoint';
import { removeClassifierLeftovers } from './classifier';
import { namesIn, removeFile, removeLeftovers } from './guarded-files';
import { inRun } from './guarded-path';
import { removeLatentLeftovers } from './latents';
import { removeSnapshotLeftovers } from './snapshots';
import { isAbandonedName } from './temporary-name';
import { removeLayoutLeftovers } from './umap-files';

/** Files of the run folder that only the process which has locked the run writes. */
const LOCKED_FILES = ['config.json', 'process.json', 'metrics.jsonl', 'log.txt'];

/**
 * Removes what interrupted writes left in a run folder, and only that: files and folders named by `temporaryName` after ours.
 * Call with the run's lock. Never throws: training does not depend on it.
 */
export async function removeRunLeftovers(runFolder: string): Promise<void> {
  const folder = inRun(runFolder);
  const parts = [
    () => removeLeftovers(folder, (name) => LOCKED_FILES.includes(name)),
    () => removeAbandonedJobs(runFolder),
    () => removeCheckpointLeftovers(runFolder),
    () => removeSnapshotLeftovers(runFolder),
    () => removeLatentLeftovers(runFolder),
    () => removeLayoutLeftovers(runFolder),
    () => removeClassifierLeftovers(runFolder),
  ];
  for (const part of parts) await part().catch(() => undefined);
}

/** A job file is written by the process that starts an engine, which reads and removes it at once. */
async function removeAbandonedJobs(runFolder: string): Promise<void> {
  for (const name of await namesIn(inRun(runFolder)))
    if (isAbandonedName(name, (of) => of === 'job')) await removeFile(inRun(runFolder, name));
}
