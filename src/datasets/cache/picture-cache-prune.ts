import { readdir, rmdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ABANDONED_MS, INDEX_NAME, ROWS_NAME } from './cache-entry';

/** Limit for all entries together; entries in use may exceed it. */
const MAX_CACHE_BYTES = 20 * 2 ** 30;
/** Entries used within this time (ms) are kept: a run may be reading its images from one. */
const IN_USE_MS = 7 * 24 * 3600_000;

const ENTRY = /^[0-9a-f]{64}$/;
const PARTIAL = /^[0-9a-f]{64}\.\w+$/;

/**
 * Removes the least recently used entries until the rest is within the limit, and partial entries of dead processes.
 * Removes only files written by this cache, and never recently used entries.
 * @param kept the entry just created @param limit in bytes @param now in ms
 */
export async function pruneCache(
  root: string,
  kept: string,
  limit = MAX_CACHE_BYTES,
  now = Date.now(),
): Promise<void> {
  const entries: { readonly folder: string; readonly used: number; readonly bytes: number }[] = [];
  for (const name of await readdir(root)) {
    const folder = join(root, name);
    try {
      if (PARTIAL.test(name) && now - (await stat(folder)).mtimeMs > ABANDONED_MS) await removeEntry(folder);
      if (!ENTRY.test(name)) continue;
      const index = await stat(join(folder, INDEX_NAME));
      const rows = await stat(join(folder, ROWS_NAME));
      entries.push({ folder, used: index.mtimeMs, bytes: index.size + rows.size });
    } catch {
      // Another process may be pruning at the same time.
    }
  }
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  entries.sort((a, b) => a.used - b.used);
  for (const { folder, used, bytes } of entries) {
    if (total <= limit || now - used < IN_USE_MS || folder === join(root, kept)) continue;
    // If an entry cannot be removed, as with an open file on Windows, the next pruning retries.
    await removeEntry(folder).then(
      () => (total -= bytes),
      () => undefined,
    );
  }
}

/** Removes the files of an entry, its index first, and its folder unless it contains other files. */
export async function removeEntry(folder: string): Promise<void> {
  for (const name of [INDEX_NAME, ROWS_NAME]) await unlink(join(folder, name)).catch(ignoreMissing);
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') ignoreMissing(error);
  });
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
