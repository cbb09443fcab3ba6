import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileProblem } from '../../images/read-file';
import { DataError } from '../../images/data-error';

/** Bytes per read: a system call reads at most 2 GiB, and reading can be aborted between pieces. */
const PIECE_BYTES = 64 * 2 ** 20;
/** Bytes per piece for callers that process data in pieces. */
const SMALL_PIECE_BYTES = 2 ** 20;

/** A regular file for random-access reads. Error messages begin with `name`. */
export class RandomAccessFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly name: string,
    /** Size in bytes. */
    readonly size: number,
  ) {}

  /**
   * Opens a file, to be closed by the caller. Non-blocking, so that a FIFO cannot hang the process.
   * @throws DataError that names the file
   */
  static async open(path: string): Promise<RandomAccessFile> {
    const name = basename(path);
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
      (error: unknown) => {
        throw new DataError(`${name}: ${fileProblem(error)}`);
      },
    );
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw new DataError(`${name}: not a regular file`);
      return new RandomAccessFile(handle, name, status.size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Opens a file while `use` runs. @throws DataError that names the file; any error of `use` */
  static async use<T>(path: string, use: (file: RandomAccessFile) => Promise<T>): Promise<T> {
    const file = await RandomAccessFile.open(path);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  /**
   * Reads exactly `length` bytes from `position`. Allocates nothing unless the file is long enough.
   * @throws DataError that names the file
   */
  async read(position: number, length: number, signal?: AbortSignal): Promise<Buffer> {
    if (!(position >= 0 && length >= 0 && position + length <= this.size)) {
      const got = `it has ${this.size} bytes, but ${length} were expected at byte ${position}`;
      throw new DataError(`${this.name}: truncated or broken: ${got}`);
    }
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length;) {
      signal?.throwIfAborted();
      const { bytesRead } = await this.handle
        .read(bytes, done, Math.min(PIECE_BYTES, length - done), position + done)
        .catch((error: unknown) => {
          throw new DataError(`${this.name}: ${fileProblem(error)}`);
        });
      if (bytesRead === 0) throw new DataError(`${this.name}: the file became shorter while it was read`);
      done += bytesRead;
    }
    return bytes;
  }

  /** Yields exactly `length` bytes from `position`, in pieces. @throws as `read` */
  async *pieces(position: number, length: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    for (let done = 0; done < length; done += SMALL_PIECE_BYTES) {
      yield await this.read(position + done, Math.min(SMALL_PIECE_BYTES, length - done), signal);
    }
  }
}
