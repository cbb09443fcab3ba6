import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { mkdir, readdir, rmdir, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { renamePatiently, syncFolder, writeAll } from './atomic';
import type { ReadableFile } from './file-calls';
import { ForeignFileError, below, foreign, isOwn, statPath, parentOf } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { openPatiently } from './open-patiently';
import { RunError } from './run-error';
import { isTemporaryName, temporaryName } from './temporary-name';
import { ensureFolder } from '../setup/ensure-folder.mjs';

/*
 * All access to files in run folders, and to our files next to them, goes through this module. It never follows links, opens
 * only regular files, never blocks on open (as a pipe would), and removes only what its callers name.
 */

/** Windows lacks these flags; there only `statPath` tells a link (a reparse point) from a file. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
/** Maximum retries if a file keeps being replaced while it is opened. */
const MAX_EXCHANGES = 20;

/** Opens an existing regular file. @throws ForeignFileError, or a system error like ENOENT */
async function openRegular(
  target: GuardedPath,
  flags: number,
): Promise<{ handle: FileHandle; size: number }> {
  return open(target, flags, openPatiently);
}

/** Opens an existing regular file for reading, with its size in bytes; the caller closes it. @throws as `openToRead` */
export function openSized(target: GuardedPath): Promise<{ handle: ReadableFile; size: number }> {
  return open<ReadableFile>(target, constants.O_RDONLY, target.calls?.open ?? openPatiently);
}

async function open<Handle extends ReadableFile>(
  target: GuardedPath,
  flags: number,
  openFile: (path: string, flags: number) => Promise<Handle>,
): Promise<{ handle: Handle; size: number }> {
  // To open a file for reading changes nothing, so that its path is checked only once, before anything is read.
  const changes = flags !== constants.O_RDONLY;
  // The flag is the whole check where only the name itself could be a link.
  const isChecked = !changes && O_NOFOLLOW !== 0 && dirname(target.path) === target.trusted;
  for (let attempt = 1; ; attempt++) {
    if (changes) await statPath(target);
    const handle = await openFile(target.path, flags | O_NOFOLLOW | O_NONBLOCK).catch(
      async (error: unknown) => {
        // What is there tells more than that it cannot be opened.
        await statPath(target);
        throw error;
      },
    );
    try {
      const opened = await handle.stat({ bigint: true });
      if (!opened.isFile()) throw foreign(target.path, opened, 'a file');
      // Part of the path may have been replaced since the check, so compare the opened file with the path again.
      if (isChecked || isSame(opened, await statPath(target))) return { handle, size: Number(opened.size) };
      if (attempt === MAX_EXCHANGES) throw new ForeignFileError(`${target.path} is exchanged all the time`);
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
export async function openToRead(target: GuardedPath): Promise<FileHandle> {
  return (await openRegular(target, constants.O_RDONLY)).handle;
}

/** Opens a regular file for reading and writing in place; the caller closes it. @throws as `openToRead` */
export async function openToChange(target: GuardedPath): Promise<FileHandle> {
  return (await openRegular(target, constants.O_RDWR)).handle;
}

/**
 * Opens a file for appending (and for reading what is in it) and creates it if missing. A file with another hard link is first
 * replaced by a copy, so that only the run's file changes.
 */
export async function openToAppend(target: GuardedPath): Promise<FileHandle> {
  for (let attempt = 1; ; attempt++) {
    const stats = await statPath(target);
    if (stats !== null && stats.isFile() && stats.nlink > 1n) await copyInPlace(target);
    const create = stats === null ? constants.O_CREAT | constants.O_EXCL : 0;
    try {
      const { handle } = await openRegular(target, constants.O_RDWR | constants.O_APPEND | create);
      if (create !== 0)
        await syncFolder(parentOf(target).path).catch(async (error: unknown) => {
          await handle.close();
          throw error;
        });
      return handle;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'EEXIST' && code !== 'ENOENT') || attempt === MAX_EXCHANGES) throw error;
      // Retrying cannot help if the folder is missing.
      if (code === 'ENOENT' && (await statPath(parentOf(target))) === null) throw error;
    }
  }
}

async function copyInPlace(target: GuardedPath): Promise<void> {
  const from = await openToRead(target);
  try {
    await replaceFile(target, piecesOf(from));
  } finally {
    await from.close();
  }
}

/** Yields the content of an open file in pieces. */
export async function* piecesOf(from: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const piece = await readAt(from, position, 1 << 20);
    if (piece.length === 0) return;
    position += piece.length;
    yield piece;
  }
}

/** Reads a regular file. @throws RunError if it exceeds `maxBytes`, ForeignFileError, or a system error */
export async function readBytes(target: GuardedPath, maxBytes: number): Promise<Buffer> {
  const { handle, size } = await openSized(target);
  try {
    if (size > maxBytes) throw tooLong(target, size, maxBytes);
    return await readAt(handle, 0, size);
  } finally {
    await handle.close();
  }
}

/** Reads `size` bytes of an open file from byte `position` on; fewer if the file ends before. */
export async function readAt(handle: ReadableFile, position: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(bytes, length, size - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

function tooLong({ path }: GuardedPath, size: number, maxBytes: number): RunError {
  return new RunError(`${path} has ${size} bytes, expected at most ${maxBytes}`);
}

/** Reads a regular file as UTF-8. @throws as `readBytes` */
export async function readText(target: GuardedPath, maxBytes: number): Promise<string> {
  return (await readBytes(target, maxBytes)).toString('utf8');
}

/** Reads at most the last `maxBytes` of a text file, from byte `from` on; empty if it cannot be opened. */
export async function readEnd(target: GuardedPath, maxBytes: number, from = 0): Promise<string> {
  const handle = await openToRead(target).catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    return (await readAt(handle, Math.max(from, size - maxBytes), maxBytes)).toString('utf8');
  } finally {
    await handle.close();
  }
}

/** Returns a regular file's size in bytes and modification time; null if it is missing or not a regular file. */
export async function fileStamp(target: GuardedPath): Promise<{ size: number; mtimeMs: number } | null> {
  const stats = await statPath(target).catch(() => null);
  return stats?.isFile() ? { size: Number(stats.size), mtimeMs: Number(stats.mtimeNs) / 1e6 } : null;
}

/** Lists the names in a folder; empty if it is missing. @throws ForeignFileError if it is not a folder */
export async function namesIn(target: GuardedPath): Promise<string[]> {
  if (!isOwn(target)) {
    // The trusted folder may be a link. If it cannot be read, what is there tells why.
    const names = await namesAt(target).catch(() => null);
    if (names !== null) return names;
  }
  const stats = await statPath(target);
  if (stats === null) return [];
  if (!stats.isDirectory()) throw foreign(target.path, stats, 'a folder');
  return namesAt(target);
}

const namesAt = ({ path, calls }: GuardedPath): Promise<string[]> => calls?.readdir(path) ?? readdir(path);

/** Lists the subfolders of a folder, without links. @throws ForeignFileError if it is not a folder */
export async function foldersIn(target: GuardedPath): Promise<string[]> {
  if ((await namesIn(target)).length === 0) return [];
  const entries = await readdir(target.path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Creates a folder if missing; its parent must exist. @throws ForeignFileError if something else is there */
export async function makeFolder(target: GuardedPath): Promise<void> {
  await statPath(target);
  try {
    await mkdir(target.path);
    await syncFolder(parentOf(target).path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const stats = await statPath(target);
  if (stats !== null && !stats.isDirectory()) throw foreign(target.path, stats, 'a folder');
}

/** Creates a folder and its parents. Rejects links on the way before creating anything behind them. @throws ForeignFileError */
export async function makeFolders(target: GuardedPath): Promise<void> {
  await statPath(target);
  await ensureFolder(target.path);
  await namesIn(target);
}

/** Creates a new folder. @returns false if the path exists already */
export async function makeNewFolder(target: GuardedPath): Promise<boolean> {
  if ((await statPath(target)) !== null) return false;
  try {
    await mkdir(target.path);
    await syncFolder(parentOf(target).path);
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
  target: GuardedPath,
  bytes: string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const there = await statPath(target);
  if (there !== null && !there.isFile()) throw foreign(target.path, there, 'a file');
  const folder = parentOf(target);
  const temporary = below(folder, temporaryName(basename(target.path)));
  try {
    await writeAll(temporary.path, bytes);
    await renamePatiently(temporary.path, target.path);
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
export async function removeFile(target: GuardedPath): Promise<void> {
  const stats = await statPath(target);
  if (stats === null) return;
  if (!stats.isFile()) throw foreign(target.path, stats, 'a file');
  await unlink(target.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Removes a folder if `isOurs` accepts all names in it and all are files. @returns whether it is gone */
export async function removeFolder(
  target: GuardedPath,
  isOurs: (name: string) => boolean = () => false,
): Promise<boolean> {
  const names = await namesIn(target);
  if (!names.every(isOurs)) return false;
  try {
    for (const name of names) await removeFile(below(target, name));
    if ((await statPath(target)) !== null) await rmdir(target.path);
    return true;
  } catch {
    return false;
  }
}

/** Removes temporary files left by interrupted writes of files that `isOurs` accepts. */
export async function removeLeftovers(target: GuardedPath, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of await namesIn(target)) {
    if (isTemporaryName(name, isOurs)) await removeFile(below(target, name)).catch(() => undefined);
  }
}
