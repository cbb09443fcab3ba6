/** Creates a folder atomically: it is filled under another name beside it, then renamed. */
import { chmod, lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isProcessAlive } from './process-alive.mjs';
import { ensureFolder } from './ensure-folder.mjs';

/**
 * Fills `folder` with `fill`. If it throws, or the process dies, `folder` does not appear; leftovers of dead setups are removed
 * first.
 * @template T
 * @param {string} folder
 * @param {(staging: string) => Promise<T>} fill
 * @returns {Promise<T>} the result of `fill`
 */
export async function stage(folder, fill) {
  const parent = dirname(folder);
  const staging = join(parent, `${basename(folder)}.partial-${process.pid}`);
  await ensureFolder(parent, 0o755);
  await removeAbandoned(parent, `${basename(folder)}.partial-`);
  await ensureFolder(staging, 0o755);
  try {
    const filled = await fill(staging);
    if (process.platform !== 'win32') await takeWriteFromOthers(staging);
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
    return filled;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Leaves only their owner the right to change what lies in a folder, whatever the umask: it is executed.
 * @param {string} folder
 */
async function takeWriteFromOthers(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await lstat(path);
    if ((mode & 0o022) !== 0) await chmod(path, mode & 0o7755);
  }
}

/**
 * Removes leftovers of ended setups, named `prefix` + pid, from `parent`.
 * @param {string} parent
 * @param {string} prefix
 */
export async function removeAbandoned(parent, prefix) {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    // A folder with our own pid, not created by us yet, is left from an earlier process with the same pid.
    if (!isProcessAlive(pid) || pid === process.pid)
      await rm(join(parent, name), { recursive: true, force: true });
  }
}
