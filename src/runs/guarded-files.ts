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
 * The one place where files in run folders, and ours beside them, are opened, made, renamed and removed. Everywhere: no link is
 * followed, nothing but a regular file is opened, no open waits (as for a pipe), and nothing is removed that is not named.
 */

/** Windows has no such flags; there `look` alone tells a link (a reparse point) from a file. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
/** How often a file may be exchanged for another while it is being opened. */
const MAX_EXCHANGES = 20;

/** Opens a regular file that exists. @throws ForeignFileError, or the system's error, as ENOENT */
async function openRegular(place: GuardedPath, flags: number): Promise<FileHandle> {
  for (let attempt = 1; ; attempt++) {
    await statPath(place);
    const handle = await open(place.path, flags | O_NOFOLLOW | O_NONBLOCK);
    try {
      const opened = await handle.stat({ bigint: true });
      if (!opened.isFile()) throw foreign(place.path, opened, 'a file');
      // What was opened must be what lies there: a part of the path may have been exchanged in between.
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
  // Windows gives an open file another device number than its path.
  return b !== null && a.ino === b.ino && (process.platform === 'win32' || a.dev === b.dev);
}

/** For reading; the caller closes it. */
export function openToRead(place: GuardedPath): Promise<FileHandle> {
  return openRegular(place, constants.O_RDONLY);
}

/** For reading and for writing in place; the caller closes it. */
export function openToChange(place: GuardedPath): Promise<FileHandle> {
  return openRegular(place, constants.O_RDWR);
}

/**
 * For appending; a file that is not there is made. One that has a second name (a hard link) is replaced by a copy, so that only
 * the run's own changes.
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
      // Without its folder it can never be made.
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

/** @param maxBytes more are not read @throws RunError for a longer file, ForeignFileError, or the system's error */
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

/** As `readBytes`, decoded from UTF-8. */
export async function readText(place: GuardedPath, maxBytes: number): Promise<string> {
  return (await readBytes(place, maxBytes)).toString('utf8');
}

/** The last bytes of a text file, at most so many; empty where there is none that can be read. */
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

/** Size in bytes and time of the last change of a regular file; null where there is none, or something else. */
export async function fileStamp(place: GuardedPath): Promise<{ size: number; mtimeMs: number } | null> {
  const stats = await statPath(place).catch(() => null);
  return stats?.isFile() ? { size: Number(stats.size), mtimeMs: Number(stats.mtimeNs) / 1e6 } : null;
}

/** Names in a folder; none where it is not there. @throws ForeignFileError where it is no folder */
export async function namesIn(place: GuardedPath): Promise<string[]> {
  const stats = await statPath(place);
  if (stats === null) return [];
  if (!stats.isDirectory()) throw foreign(place.path, stats, 'a folder');
  return readdir(place.path);
}

/** Names of the folders in a folder; links to folders are none. @throws ForeignFileError where it is no folder */
export async function foldersIn(place: GuardedPath): Promise<string[]> {
  if ((await namesIn(place)).length === 0) return [];
  const entries = await readdir(place.path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Makes a folder where there is none; the one that it lies in must exist. @throws ForeignFileError for what is no folder */
export async function makeFolder(place: GuardedPath): Promise<void> {
  await statPath(place);
  await mkdir(place.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const stats = await statPath(place);
  if (stats !== null && !stats.isDirectory()) throw foreign(place.path, stats, 'a folder');
}

/** Makes a folder and those that it lies in; a link on the way is refused before anything is made on the other side of it. */
export async function makeFolders(place: GuardedPath): Promise<void> {
  await statPath(place);
  await mkdir(place.path, { recursive: true });
  await namesIn(place);
}

/** Makes a folder where there is nothing. @returns whether there was nothing */
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

/** Replaces a file by these bytes: after a crash at any moment it is the old one or the new one, whole. */
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

/** Renames within one folder. */
export async function renameBeside(from: GuardedPath, to: GuardedPath): Promise<void> {
  if (parentOf(from).path !== parentOf(to).path) throw new Error('expected a new name in the same folder');
  await statPath(from);
  await renamePatiently(from.path, to.path);
}

/** Removes a regular file; nothing happens where it is gone. @throws ForeignFileError for anything else */
export async function removeFile(place: GuardedPath): Promise<void> {
  const stats = await statPath(place);
  if (stats === null) return;
  if (!stats.isFile()) throw foreign(place.path, stats, 'a file');
  await unlink(place.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Removes a folder if all that it holds are files with names of ours. @returns whether it is gone */
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

/** Removes what interrupted writes left in a folder: files with temporary names, of files that `isOurs` names. */
export async function removeLeftovers(place: GuardedPath, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of await namesIn(place)) {
    if (isTemporaryName(name, isOurs)) await removeFile(below(place, name)).catch(() => undefined);
  }
}
