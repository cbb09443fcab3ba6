/** One set-up at a time in one place: the second waits for the first and then finds the work done. */
import { readFileSync, statSync } from 'node:fs';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './run.mjs';

/** The holder touches its file this often; a file left alone for much longer belongs to nobody. */
const HEARTBEAT = 5_000;
const STALE = 60_000;

/**
 * Runs `body` while holding the lock file. A holder that died (its pid is gone, or its file has not been touched for a
 * minute) loses the lock. Two waiters may, in a window of microseconds, both take over: what they do is written beside
 * and renamed, so the cost is double work.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} body
 * @param {{ onWait?: (text: string) => void, signal?: AbortSignal }} [options] `signal` ends the waiting
 * @returns {Promise<T>}
 */
export async function withLock(file, body, { onWait = say, signal } = {}) {
  await mkdir(dirname(file), { recursive: true });
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
    // An empty file is one whose owner is just writing its pid.
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

/**
 * Whether a process with this id runs here, whoever owns it.
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
