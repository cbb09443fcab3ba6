/** Serialises setups of one location: the second waits for the first and then finds the work done. */
import { readFileSync, statSync } from 'node:fs';
import { rm, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './run.mjs';
import { isProcessAlive } from './process-alive.mjs';
import { ensureFolder } from './ensure-folder.mjs';

/** Intervals in ms: the holder touches its file every `HEARTBEAT`; a file untouched for longer than `STALE` is abandoned. */
const HEARTBEAT = 5_000;
const STALE = 60_000;

/**
 * Runs `body` while holding the lock file. A holder that died (its process is gone, or its file has not been touched for a
 * minute) loses the lock. Two waiters may, in a window of microseconds, both take over; their results are staged and renamed,
 * so this only duplicates work.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} body
 * @param {{ onWait?: (text: string) => void, signal?: AbortSignal }} [options] `signal` aborts the wait
 * @returns {Promise<T>}
 */
export async function withLock(file, body, { onWait = say, signal } = {}) {
  await ensureFolder(dirname(file), 0o755);
  for (let said = false; !(await take(file)); await pause(250, undefined, { signal })) {
    if (isAbandoned(file)) await rm(file, { force: true });
    else if (!said) {
      onWait(`waiting for another set-up to finish (${file})`);
      said = true;
    }
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, HEARTBEAT);
  try {
    return await body();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

/** @param {string} file */
async function take(file) {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
function isAbandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > STALE) return true;
    const pid = Number(readFileSync(file, 'utf8'));
    // The owner of an empty file is still writing its pid.
    return pid > 0 && !isProcessAlive(pid);
  } catch {
    return false;
  }
}
