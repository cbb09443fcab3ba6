import { join } from 'node:path';
import { foldersIn } from '../../runs/guarded-files';
import { guarded, listedRun } from '../../runs/guarded-path';
import { LOCK_FILE } from '../../runs/lock';
import { runStamp } from '../../runs/run-stamp';
import type { Disposable } from '../emitter';

/**
 * Returns a string of the folders in the runs folders, whether each is locked, and when its name, notes and tags were written. It
 * changes when a run appears, disappears, starts, ends or is renamed.
 */
export async function runsStamp(roots: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    roots.map(async (root) => {
      const names = await foldersIn(guarded(root)).catch(() => []);
      const folders = names.map((name) => join(root, name));
      // The lock's heartbeat does not count.
      return Promise.all(
        folders.map(
          async (folder) => `${folder} ${await runStamp(listedRun(folder), ['about.json'], [LOCK_FILE])}`,
        ),
      );
    }),
  );
  return lines.flat().sort().join('\n');
}

/**
 * Polls the runs folders and calls `changed` when something differs. The first poll counts as a change: runs created since the
 * folders were first read may otherwise go unnoticed.
 * @param every poll interval in ms
 */
export function pollRuns(roots: () => readonly string[], changed: () => void, every: number): Disposable {
  let seen: string | undefined;
  const timer = setInterval(() => {
    void runsStamp(roots()).then((now) => {
      if (now !== seen) changed();
      seen = now;
    });
  }, every);
  timer.unref();
  return { dispose: () => clearInterval(timer) };
}
