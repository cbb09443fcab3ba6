import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Error codes of a disk, or a quota on it, that is full. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);
/** Error codes of a place that cannot be written now, and may be again: rights, a read-only or absent disk. */
const NOT_WRITABLE: Readonly<Record<string, string>> = {
  EROFS: 'its disk is read-only',
  EACCES: 'its rights do not allow it',
  EPERM: 'its rights do not allow it',
  EIO: 'its disk reports an error',
  ESTALE: 'its network disk is away',
  EMFILE: 'too many files are open (`ulimit -n`)',
  ENFILE: 'too many files are open on this system',
  ENOTCONN: 'its network disk is away',
};

/** Whether a file operation failed because the disk is full. */
export function isFull(error: unknown): boolean {
  return FULL.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Returns the free bytes on the disk of `folder`, for users without special rights; null if the system does not say. */
export async function roomIn(folder: string): Promise<number | null> {
  const room = await statfs(folder).catch(() => null);
  return room && room.bavail * room.bsize;
}

/**
 * Returns why a folder cannot be written at present, with its path; null if the error has another cause.
 * @param needed bytes that were to be written; null if that is not known
 */
export async function storageProblem(
  error: unknown,
  folder: string,
  needed: number | null,
): Promise<string | null> {
  const { code = '', path = folder } = error as NodeJS.ErrnoException;
  if (isFull(error)) {
    const room = await roomIn(await existing(dirname(path)));
    const free = room === null ? '' : `, ${room.toLocaleString('en')} are free`;
    return needed === null
      ? `the disk is full: nothing more can be written in ${folder}${free}`
      : `the disk is full: ${needed.toLocaleString('en')} bytes are needed in ${folder}${free}`;
  }
  const reason = NOT_WRITABLE[code];
  return reason === undefined ? null : `${folder} cannot be written (${code}): ${reason}`;
}

/** Returns the path itself, or its nearest parent that exists. */
async function existing(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    if (dirname(at) === at || (await stat(at).catch(() => null))) return at;
  }
}
