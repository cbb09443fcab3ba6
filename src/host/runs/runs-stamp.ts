import { join } from 'node:path';
import { fileStamp, namesIn } from '../../runs/guarded-files';
import { guarded, inRun } from '../../runs/guarded-path';
import { LOCK_FILE } from '../../runs/lock';
import type { Disposable } from '../emitter';

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

/**
 * Looks at the runs folders at intervals and calls `changed` when something differs. The first look counts as a change: what
 * came since the folders were read at the start may have no other witness.
 * @param every in ms
 */
export function watchByLooking(
  roots: () => readonly string[],
  changed: () => void,
  every: number,
): Disposable {
  let seen: string | undefined;
  const timer = setInterval(() => {
    void glance(roots()).then((now) => {
      if (now !== seen) changed();
      seen = now;
    });
  }, every);
  timer.unref();
  return { dispose: () => clearInterval(timer) };
}
