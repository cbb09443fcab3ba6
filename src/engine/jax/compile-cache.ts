import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';

/** What is kept at most, in bytes; a compiled program has 10 to 200 kB. */
const MAX_BYTES = 200 << 20;
/** Programs that compile faster are not kept, in s. */
const MIN_KEPT_COMPILE_SECONDS = '0.5';

/**
 * Returns the environment by which JAX keeps what it compiles, so that the next process with the same model starts sooner; empty where that
 * cannot be. The files hold programs: the folder has to be the user's own, and each kind of processor has one of its own, as a home may be
 * shared by machines that differ.
 * @param root folder in the user's cache
 */
export async function compileCache(root: string, maxBytes = MAX_BYTES): Promise<NodeJS.ProcessEnv> {
  const kind = `${process.arch} ${cpus()[0]?.model ?? ''}`;
  const folder = join(root, createHash('sha256').update(kind).digest('hex').slice(0, 16));
  try {
    for (const each of [dirname(root), root, folder])
      await mkdir(each, { mode: 0o700 }).catch(() => undefined);
    for (const each of [dirname(root), root, folder]) if (!(await isPrivate(each))) return {};
    await prune(folder, maxBytes);
    return {
      JAX_COMPILATION_CACHE_DIR: folder,
      JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS: MIN_KEPT_COMPILE_SECONDS,
    };
  } catch {
    return {};
  }
}

/** Whether a folder is the user's, and nobody else can write in it. */
async function isPrivate(folder: string): Promise<boolean> {
  const stats = await lstat(folder);
  const own = process.getuid?.();
  return stats.isDirectory() && (own === undefined || (stats.uid === own && (stats.mode & 0o022) === 0));
}

/** Removes the files that were used longest ago, until no more is left than may be. Another process may do the same. */
async function prune(folder: string, maxBytes: number): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      const { size, atimeMs, mtimeMs } = await lstat(path).catch(() => ({ size: 0, atimeMs: 0, mtimeMs: 0 }));
      return { path, size, used: Math.max(atimeMs, mtimeMs) };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
    if (total <= maxBytes) return;
    await rm(path, { force: true, recursive: true }).catch(() => undefined);
    total -= size;
  }
}
