import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { DataError } from './data-error';

/** Non-blocking, so that a FIFO in place of a file cannot hang the process. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Size limit of an image file; no supported image is larger. */
export const MAX_FILE_BYTES = 256 * 2 ** 20;

/**
 * Reads the first `limit` bytes of a regular file, or all of it without a limit.
 * @throws DataError with a short reason
 */
export async function readRegularFile(path: string, limit = Infinity): Promise<Uint8Array> {
  try {
    const file = await open(path, READ);
    try {
      const status = await file.stat();
      if (limit < status.size && status.isFile()) {
        const start = Buffer.alloc(limit);
        const { bytesRead } = await file.read(start, 0, limit, 0);
        return start.subarray(0, bytesRead);
      }
      checkWhole(status);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(fileProblem(error));
  }
}

/**
 * Reads a whole file like `readRegularFile`, but blocking: for worker threads with nothing else to do.
 * @throws DataError with a short reason
 */
export function readRegularFileSync(path: string): Uint8Array {
  try {
    const file = openSync(path, READ);
    try {
      const status = fstatSync(file);
      checkWhole(status);
      // A file that shrinks meanwhile yields fewer bytes.
      const bytes = new Uint8Array(status.size);
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(fileProblem(error));
  }
}

/** Reads part of an open file; fewer bytes if it ends before. */
type ReadPart<T> = (offset: number, length: number) => T;

/**
 * Opens a regular file of any size while `use` reads parts of it.
 * @throws DataError with a short reason
 */
export async function withRegularFile<T>(
  path: string,
  use: (read: ReadPart<Promise<Uint8Array>>, size: number) => Promise<T>,
): Promise<T> {
  try {
    const file = await open(path, READ);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw new DataError('not a regular file');
      return await use(async (offset, length) => {
        const bytes = new Uint8Array(partLength(status.size, offset, length));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
        return bytes.subarray(0, bytesRead);
      }, status.size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(fileProblem(error));
  }
}

/** Like `withRegularFile`, but blocking: for worker threads with nothing else to do. @throws DataError with a short reason */
export function withRegularFileSync<T>(
  path: string,
  use: (read: ReadPart<Uint8Array>, size: number) => T,
): T {
  try {
    const file = openSync(path, READ);
    try {
      const status = fstatSync(file);
      if (!status.isFile()) throw new DataError('not a regular file');
      return use((offset, length) => {
        const bytes = new Uint8Array(partLength(status.size, offset, length));
        return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
      }, status.size);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(fileProblem(error));
  }
}

/** Reads a part of bytes in memory, as of a file. */
export function partOf(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  return bytes.subarray(offset, offset + partLength(bytes.length, offset, length));
}

/** No more than the file has is allocated, whatever it says about itself. */
function partLength(size: number, offset: number, length: number): number {
  return Math.max(0, Math.min(length, size - offset));
}

function checkWhole(status: Stats): void {
  if (!status.isFile()) throw new DataError('not a regular file');
  if (status.size > MAX_FILE_BYTES) {
    throw new DataError(`file too large: ${status.size} bytes, limit ${MAX_FILE_BYTES}`);
  }
}

/** Describes a file-system error in a few words. */
export function fileProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'not found: it does not exist, or was removed';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read it';
    case 'ELOOP':
      return 'symbolic links that form a loop';
    case 'ENAMETOOLONG':
      return 'the name is longer than the file system allows';
    case 'ENXIO':
      return 'not a regular file';
    case undefined:
      return message;
    default:
      return `cannot be read (${code})`;
  }
}
