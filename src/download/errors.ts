/** A failed download; the message says why and what to do. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/** Messages for file system errors, with what to do. Network errors never get here: they are TransferErrors. */
const DISK: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'your disk quota is used up; make room',
  EROFS: 'the file system is read-only; let XDG_CACHE_HOME name another folder',
  EACCES: 'permission denied; check the rights of the folder',
  EPERM: 'not permitted; check the rights of the folder',
  ENOTDIR: 'a part of the path is a file where a folder was expected; move it away',
  EEXIST: 'there is a file where a folder was expected; move it away',
  EIO: 'the disk does not work; check it',
};

/**
 * Converts a disk error to a DownloadError; returns any other error unchanged.
 * @param folder where the download writes
 * @param needed bytes still to be received
 */
export function fromDisk(error: unknown, folder: string, needed: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const words = code === undefined ? undefined : DISK[code];
  if (words === undefined) return error;
  const room = `${needed.toLocaleString('en-US')} more bytes are needed`;
  return new DownloadError(
    `${folder}: ${words} (${code}) and start again; ${room}, what has arrived is kept`,
    {
      cause: error,
    },
  );
}
