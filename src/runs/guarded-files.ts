import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { mkdir, open, readdir, rmdir, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { renamePatiently, syncFolder, writeAll } from './atomic';
import { ForeignFileError, below, foreign, statPath, parentOf } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { RunError } from './run-error';
import { isTemporaryName, temporaryName } from './temporary-name';

/*
 * All access to files in run folders, and to our files next to them, goes through this module. It never follows links, opens
 * only regular files, never blocks on open (as a pipe would), and removes only what its callers name.
 */

/** Windows lacks these flags; there only `statPath` tells a link (a reparse point) from a file. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
/** Maximum retries if a file keeps being replaced while it is opened. */
const MAX_EXCHANGES = 20;

/** Opens an existing regular file. @throws ForeignFileError, or a system error like ENOENT */
async function openRegular(place: GuardedPath, flags: number): Promise<FileHandle> {
  for (let attempt = 1; ; attempt++) {
    await statPath(place);
    const handle = await open(place.path, flags | O_NOFOLLOW | O_NONBLOCK);
    try {
      const opened = await handle.stat({ bigint: true });
      if (!opened.isFile()) throw foreign(place.path, opened, 'a file');
      // Part of the path may have been replaced since the check, so compare the opened file with the path again.
      if (isSame(opened, await statPath(place))) return handle;
      if (attempt === MAX_EXCHANGES) throw new ForeignFileError(`${place.path} is exchanged all the time`);
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
  }
}

function isSame(a: BigIntStats, b: BigIntStats | null): boolean {
  // On Windows an open file and its path report different device numbers.
  return b !== null && a.ino === b.ino && (process.platform === 'win32' || a.dev === b.dev);
}

/** Opens a regular file for reading; the caller closes it. @throws ForeignFileError, or a system error like ENOENT */
export function openToRead(place: GuardedPath): Promise<FileHandle> {
  return openRegular(place, constants.O_RDONLY);
}

/** Opens a regular file for reading and writing in place; the caller closes it. @throws as `openToRead` */
export function openToChange(place: GuardedPath): Promise<FileHandle> {
  return openRegular(place, constants.O_RDWR);
}

/**
 * Opens a file for appending and creates it if missing. A file with another hard link is first replaced by a copy, so that
 * only the run's file changes.
 */
export async function openToAppend(place: GuardedPath): Promise<FileHandle> {
  for (let attempt = 1; ; attempt++) {
    const stats = await statPath(place);
    if (stats !== null && stats.isFile() && stats.nlink > 1n) await copyInPlace(place);
    const create = stats === null ? constants.O_CREAT | constants.O_EXCL : 0;
    try {
      return await openRegular(place, constants.O_WRONLY | constants.O_APPEND | create);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'EEXIST' && code !== 'ENOENT') || attempt === MAX_EXCHANGES) throw error;
      // Retrying cannot help if the folder is missing.
      if (code === 'ENOENT' && (await statPath(parentOf(place))) === null) throw error;
    }
  }
}

async function copyInPlace(place: GuardedPath): Promise<void> {
  const from = await openToRead(place);
  try {
    await replaceFile(place, pieces(from));
  } finally {
    await from.close();
  }
}

async function* pieces(from: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { buffer, bytesRead } = await from.read(Buffer.alloc(1 << 20), 0, 1 << 20);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Reads a regular file. @throws RunError if it exceeds `maxBytes`, ForeignFileError, or a system error */
export async function readBytes(place: GuardedPath, maxBytes: number): Promise<Buffer> {
  const handle = await openToRead(place);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) throw tooLong(place, size, maxBytes);
    const bytes = Buffer.alloc(size);
    let length = 0;
    while (length < size) {
      const { bytesRead } = await handle.read(bytes, length, size - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}

function tooLong({ path }: GuardedPath, size: number, maxBytes: number): RunError {
  return new RunError(`${path} has ${size} bytes, expected at most ${maxBytes}`);
}

/** Reads a regular file as UTF-8. @throws as `readBytes` */
export async function readText(place: GuardedPath, maxBytes: number): Promise<string> {
  return (await readBytes(place, maxBytes)).toString('utf8');
}

/** Reads at most the last `maxBytes` of a text file, from byte `from` on; empty if it cannot be opened. */
export async function readEnd(place: GuardedPath, maxBytes: number, from = 0): Promise<string> {
  const handle = await openToRead(place).catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(maxBytes),
      0,
      maxBytes,
      Math.max(from, size - maxBytes),
    );
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Returns a regular file's size in bytes and modification time; null if it is missing or not a regular file. */
export async function fileStamp(place: GuardedPath): Promise<{ size: number; mtimeMs: number } | null> {
  const stats = await statPath(place).catch(() => null);
  return stats?.isFile() ? { size: Number(stats.size), mtimeMs: Number(stats.mtimeNs) / 1e6 } : null;
}

/** Lists the names in a folder; empty if it is missing. @throws ForeignFileError if it is not a folder */
export async function namesIn(place: GuardedPath): Promise<string[]> {
  const stats = await statPath(place);
  if (stats === null) return [];
  if (!stats.isDirectory()) throw foreign(place.path, stats, 'a folder');
  return readdir(place.path);
}

/** Lists the subfolders of a folder, without links. @throws ForeignFileError if it is not a folder */
export async function foldersIn(place: GuardedPath): Promise<string[]> {
  if ((await namesIn(place)).length === 0) return [];
  const entries = await readdir(place.path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Creates a folder if missing; its parent must exist. @throws ForeignFileError if something else is there */
export async function makeFolder(place: GuardedPath): Promise<void> {
  await statPath(place);
  await mkdir(place.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const stats = await statPath(place);
  if (stats !== null && !stats.isDirectory()) throw foreign(place.path, stats, 'a folder');
}

/** Creates a folder and its parents. Rejects links on the way before creating anything behind them. @throws ForeignFileError */
export async function makeFolders(place: GuardedPath): Promise<void> {
  await statPath(place);
  await mkdir(place.path, { recursive: true });
  await namesIn(place);
}

/** Creates a new folder. @returns false if the path exists already */
export async function makeNewFolder(place: GuardedPath): Promise<boolean> {
  if ((await statPath(place)) !== null) return false;
  try {
    await mkdir(place.path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Replaces a file atomically: after a crash at any time it is entirely old or entirely new.
 * @throws ForeignFileError if something other than a regular file is there
 */
export async function replaceFile(
  place: GuardedPath,
  bytes: string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const there = await statPath(place);
  if (there !== null && !there.isFile()) throw foreign(place.path, there, 'a file');
  const folder = parentOf(place);
  const temporary = below(folder, temporaryName(basename(place.path)));
  try {
    await writeAll(temporary.path, bytes);
    await renamePatiently(temporary.path, place.path);
  } catch (error) {
    await unlink(temporary.path).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder.path);
}

/** Renames a file or folder within its parent folder. */
export async function renameBeside(from: GuardedPath, to: GuardedPath): Promise<void> {
  if (parentOf(from).path !== parentOf(to).path) throw new Error('expected a new name in the same folder');
  await statPath(from);
  await renamePatiently(from.path, to.path);
}

/** Removes a regular file; a no-op if it is missing. @throws ForeignFileError if something else is there */
export async function removeFile(place: GuardedPath): Promise<void> {
  const stats = await statPath(place);
  if (stats === null) return;
  if (!stats.isFile()) throw foreign(place.path, stats, 'a file');
  await unlink(place.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Removes a folder if `isOurs` accepts all names in it and all are files. @returns whether it is gone */
export async function removeFolder(
  place: GuardedPath,
  isOurs: (name: string) => boolean = () => false,
): Promise<boolean> {
  const names = await namesIn(place);
  if (!names.every(isOurs)) return false;
  try {
    for (const name of names) await removeFile(below(place, name));
    if ((await statPath(place)) !== null) await rmdir(place.path);
    return true;
  } catch {
    return false;
  }
}

/** Removes temporary files left by interrupted writes of files that `isOurs` accepts. */
export async function removeLeftovers(place: GuardedPath, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of await namesIn(place)) {
    if (isTemporaryName(name, isOurs)) await removeFile(below(place, name)).catch(() => undefined);
  }
}
