import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryName } from './temporary-name';

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
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a file of these bytes and waits until they are on the disk. @throws the system's error EEXIST where there is one */
export async function writeAll(
  path: string,
  bytes: string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    if (typeof bytes === 'string') await handle.writeFile(bytes);
    else for await (const part of bytes) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a file that a person named by these bytes: after a crash at any moment it is the old one or the new one, whole. Files in
 * run folders are written by `replaceFile`, which follows no links.
 */
export async function writeAtomically(path: string, bytes: string | readonly Uint8Array[]): Promise<void> {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  try {
    await writeAll(temporary, bytes);
    await renamePatiently(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}
