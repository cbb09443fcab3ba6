import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ensureFolder } from '../setup/ensure-folder.mjs';

/** A folder or file that should be private to this user is not. It has not been used. */
export class NotPrivateError extends Error {
  override readonly name = 'NotPrivateError';
}

/** Write permissions of the group and of others. */
const OTHERS_WRITE = 0o022;
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/**
 * Checks that nobody but this user can change a folder or file. Windows keeps a user's folders private by itself.
 * @throws NotPrivateError with the path and the mode
 */
export function assertPrivate(path: string, stats: Stats, kind: 'folder' | 'file'): void {
  const isKind = kind === 'folder' ? stats.isDirectory() : stats.isFile();
  if (!isKind) {
    const what = stats.isSymbolicLink() ? 'a link' : `not a ${kind}`;
    throw new NotPrivateError(`${path} is ${what}, expected a ${kind} of this user; remove it and try again`);
  }
  const user = process.getuid?.();
  if (user === undefined) return;
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
  if (stats.uid !== user)
    throw new NotPrivateError(
      `${path} (mode ${mode}) belongs to user ${stats.uid}, expected this user, ${user}; remove it and try again`,
    );
  if ((stats.mode & OTHERS_WRITE) !== 0)
    throw new NotPrivateError(
      `${path} has mode ${mode}: others can write to it, expected 0700. Remove it, or take that right from them (chmod go-w) if nobody has changed it`,
    );
  if (kind === 'file' && stats.nlink > 1)
    throw new NotPrivateError(
      `${path} (mode ${mode}) has another name as well, a hard link; remove it and try again`,
    );
}

/** Checks folders from the outermost on. @throws NotPrivateError, or ENOENT if one is missing */
export async function assertPrivateFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) assertPrivate(folder, await lstat(folder), 'folder');
}

/**
 * Creates folders, from the outermost on, for this user alone.
 * @param variable environment variable that chooses where they are @throws NotPrivateError, or Error if one cannot be created
 */
export async function makePrivateFolders(folders: readonly string[], variable: string): Promise<void> {
  try {
    await ensureFolder(dirname(folders[0]!));
    for (const folder of folders)
      await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw Object.assign(
      new Error(
        `${folders.at(-1)} cannot be created (${code}). Set ${variable} to a folder that you can write to`,
      ),
      { code },
    );
  }
  await assertPrivateFolders(folders);
}

/** Opens a private file for reading; never follows a link or waits. @throws NotPrivateError, or a system error like ENOENT */
export async function openPrivate(path: string): Promise<FileHandle> {
  assertPrivate(path, await lstat(path), 'file');
  const handle = await open(path, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    assertPrivate(path, await handle.stat(), 'file');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
