import { join } from 'node:path';
import { fileStamp, namesIn } from '../../runs/guarded-files';
import { guarded, inRun } from '../../runs/guarded-path';
import { LOCK_FILE } from '../../runs/lock';
import type { Disposable } from '../emitter';

/**
 * Returns a string of the folders in the runs folders, whether each is locked, and when its name, notes and tags were written. It
 * changes when a run appears, disappears, starts, ends or is renamed.
 */
export async function runsStamp(roots: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    roots.map(async (root) => {
      const names = await namesIn(guarded(root)).catch(() => []);
      return Promise.all(names.map(async (name) => `${join(root, name)} ${await stampOf(join(root, name))}`));
    }),
  );
  return lines.flat().sort().join('\n');
}

async function stampOf(runFolder: string): Promise<string> {
  const lock = await fileStamp(inRun(runFolder, LOCK_FILE));
  const about = await fileStamp(inRun(runFolder, 'about.json'));
  return `${lock !== null} ${about?.mtimeMs ?? '-'}`;
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
