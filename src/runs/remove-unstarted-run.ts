import { namesIn, removeFolder } from './guarded-files';
import { inRun } from './guarded-path';
import { isTemporaryName } from './temporary-name';

/** Files an engine may leave in a run folder before it writes config.json. */
const FIRST_FILES = ['log.txt', 'metrics.jsonl', 'process.json', 'run.lock'];
const isFirst = (name: string): boolean =>
  FIRST_FILES.includes(name) ||
  isTemporaryName(name, (of) => FIRST_FILES.includes(of) || of === 'config.json' || of === 'job');

/** Removes the folder of a run that never started. Keeps folders that hold anything else. */
export async function removeUnstartedRun(runFolder: string): Promise<void> {
  const folder = inRun(runFolder);
  const names = await namesIn(folder).catch(() => ['unreadable']);
  if (names.every(isFirst)) await removeFolder(folder, isFirst);
}
