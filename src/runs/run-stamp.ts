import { fileStamp } from './guarded-files';
import { inRun } from './guarded-path';
import type { RunFolder } from './guarded-path';

/**
 * Returns a string that changes when files of a run are written, appear or go.
 * @param files names of the files @param present names of files that only count as there or not, last in the string
 */
export async function runStamp(
  runFolder: RunFolder,
  files: readonly string[],
  present: readonly string[] = [],
): Promise<string> {
  const stampOf = (name: string) => fileStamp(inRun(runFolder, name));
  const written = files.map(async (name) => {
    const stamp = await stampOf(name);
    return stamp === null ? '-' : `${stamp.size}@${stamp.mtimeMs}`;
  });
  const there = present.map(async (name) => ((await stampOf(name)) === null ? '-' : name));
  return (await Promise.all([...written, ...there])).join(' ');
}
