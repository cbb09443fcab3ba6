import { join } from 'node:path';
import { fileStamp, namesIn } from '../../runs/guarded-files';
import { guarded, inRun } from '../../runs/guarded-path';
import { LOCK_FILE } from '../../runs/lock';

/** Which folders lie in the runs folders and which of them are locked, as one string that changes when a run comes, goes, starts or ends. */
export async function glance(roots: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    roots.map(async (root) => {
      const names = await namesIn(guarded(root)).catch(() => []);
      return Promise.all(
        names.map(async (name) => `${join(root, name)} ${await isLocked(join(root, name))}`),
      );
    }),
  );
  return lines.flat().sort().join('\n');
}

const isLocked = async (runFolder: string): Promise<boolean> =>
  (await fileStamp(inRun(runFolder, LOCK_FILE))) !== null;
