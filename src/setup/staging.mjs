/** A folder that is either absent or whole: filled under another name beside it, then renamed. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from './lock.mjs';

/**
 * Lets `fill` make the contents of `folder`. If it throws, or the process dies, `folder` does not appear; what dead
 * set-ups left behind is removed first.
 * @template T
 * @param {string} folder
 * @param {(staging: string) => Promise<T>} fill
 * @returns {Promise<T>} what `fill` gives
 */
export async function stage(folder, fill) {
  const parent = dirname(folder);
  const staging = join(parent, `${basename(folder)}.partial-${process.pid}`);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent, `${basename(folder)}.partial-`);
  await mkdir(staging, { recursive: true });
  try {
    const filled = await fill(staging);
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
    return filled;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Removes what set-ups that are no more left in `parent` under `prefix` + pid.
 * @param {string} parent
 * @param {string} prefix
 */
export async function removeAbandoned(parent, prefix) {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    // Our own pid on a folder we have not made yet: a process that had it before us.
    if (!isAlive(pid) || pid === process.pid) await rm(join(parent, name), { recursive: true, force: true });
  }
}
