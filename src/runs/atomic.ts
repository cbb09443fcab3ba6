import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Marks our unfinished files; only names that end so are ever cleaned up. */
const TEMPORARY = '.vae-tmp';

/** How long a rename is tried again where another program (an indexer, a virus scanner) holds the file, in ms. */
const RENAME_PATIENCE = 2000;

/** Renames; where another program holds the file, tries again for a while. */
export async function renamePatiently(from: string, to: string): Promise<void> {
  const end = performance.now() + RENAME_PATIENCE;
  for (;;) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if ((code !== 'EPERM' && code !== 'EBUSY' && code !== 'EACCES') || performance.now() > end) throw error;
      await sleep(50);
    }
  }
}

/** Makes a rename in `folder` durable, where the platform can. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces `path` by these bytes: after a crash at any moment the file is the old one or the new one, whole. */
export async function writeAtomically(path: string, bytes: string | readonly Uint8Array[]): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}${TEMPORARY}`);
  try {
    const handle = await open(temporary, 'w');
    try {
      if (typeof bytes === 'string') await handle.writeFile(bytes);
      else for (const part of bytes) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renamePatiently(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Removes what interrupted writes left in `folder`: only our own temporary files. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (name.startsWith('.') && name.endsWith(TEMPORARY)) await rm(join(folder, name), { force: true });
  }
}
