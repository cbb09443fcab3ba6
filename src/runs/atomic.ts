import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPatiently } from './open-patiently';
import { isAbandonedName, temporaryName, temporaryStem } from './temporary-name';

/** Renames are retried this long while another program (an indexer, a virus scanner) holds the file, in ms. */
const RENAME_TIMEOUT_MS = 2000;

/** Renames a file or folder, retrying for up to two seconds while another program holds it. */
export async function renamePatiently(from: string, to: string): Promise<void> {
  const end = performance.now() + RENAME_TIMEOUT_MS;
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

/** Error codes of file systems that cannot flush a folder; some network file systems. */
const NO_FOLDER_SYNC = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Flushes the names in `folder` to disk: without this, a power failure may lose a new or renamed file although its bytes were
 * flushed. A no-op on Windows and on file systems that cannot.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!NO_FOLDER_SYNC.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/** Creates a file with these bytes and flushes it to disk. @throws EEXIST if the file exists */
export async function writeAll(
  path: string,
  bytes: string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const handle = await openPatiently(path, 'wx');
  try {
    if (typeof bytes === 'string') await handle.writeFile(bytes);
    else for await (const part of bytes) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what a killed write of this file has left. */
async function removeAbandoned(path: string): Promise<void> {
  for (const name of await readdir(dirname(path)))
    if (isAbandonedName(name, (of) => of === temporaryStem(basename(path))))
      await rm(join(dirname(path), name));
}

/** A file to write at a path chosen by the user, with its content in pieces. */
export interface WrittenFile {
  readonly path: string;
  readonly content: string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/**
 * Replaces files at paths chosen by the user. All are written in full before the first is renamed into place, so that a full disk or
 * a cancelled export changes none of them, and after a crash at any time each is entirely old or entirely new. Use `replaceFile` in
 * run folders: it does not follow links.
 */
export async function writeAtomically(files: readonly WrittenFile[]): Promise<void> {
  const staged = files.map(({ path, content }) => ({
    ...{ path, content },
    temporary: join(dirname(path), temporaryName(basename(path))),
  }));
  try {
    for (const { path, content, temporary } of staged) {
      await removeAbandoned(path).catch(() => undefined);
      await writeAll(temporary, content);
    }
    for (const { path, temporary } of staged) await renamePatiently(temporary, path);
  } catch (error) {
    for (const { temporary } of staged) await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder);
}
