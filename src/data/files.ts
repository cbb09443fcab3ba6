import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { DataError } from './dataset';

/** No picture that we would decode is larger. */
const LARGEST_FILE = 256 * 2 ** 20;

/**
 * The first `limit` bytes of a regular file (all of it without a limit).
 * Opened without blocking: a FIFO that took the file's place must not hang us.
 * @throws DataError with a short reason
 */
export async function readRegularFile(path: string, limit = Infinity): Promise<Uint8Array> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const status = await file.stat();
      if (!status.isFile()) throw new DataError('not a regular file');
      if (limit < status.size) {
        const start = Buffer.alloc(limit);
        const { bytesRead } = await file.read(start, 0, limit, 0);
        return start.subarray(0, bytesRead);
      }
      if (status.size > LARGEST_FILE) {
        throw new DataError(`file too large: ${status.size} bytes, limit ${LARGEST_FILE}`);
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(fileProblem(error));
  }
}

/** A file-system error in a few words. */
export function fileProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'not found: it does not exist (any more)';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read it';
    case 'ELOOP':
      return 'symbolic links in a circle';
    case 'ENXIO':
      return 'not a regular file';
    case undefined:
      return message;
    default:
      return `cannot be read (${code})`;
  }
}
