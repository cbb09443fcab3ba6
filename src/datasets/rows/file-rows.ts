import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileProblem } from '../../images/read-file';
import { checkRange, checkRow } from './image-rows';
import type { ImageRows } from './image-rows';
import { DataError } from '../../images/data-error';

/** Consecutive rows stored in a file. */
export interface RowPart {
  readonly path: string;
  /** Byte offset of the first row. */
  readonly offset: number;
  readonly count: number;
  /** The file's modification time in ms, from `stat`; a file written since is rejected. */
  readonly written: number;
}

/** Creates a `RowPart` with the file's current modification time. @throws Error of the file system */
export async function rowPart(path: string, offset: number, count: number): Promise<RowPart> {
  return { path, offset, count, written: (await stat(path)).mtimeMs };
}

/** Bytes per read; a system call reads at most 2 GiB. */
const PIECE_BYTES = 64 * 2 ** 20;

/**
 * Rows that stay in their files, like a NumPy array of bytes. They are read on demand, in file order, with blocking calls.
 * Files are open only during a call, so there is nothing to close.
 */
export class FileRows implements ImageRows {
  readonly count: number;
  readonly resident = null;

  /**
   * The arguments are plain data, so that another thread can open the same rows.
   * @param size bytes per row
   * @param kept indices of the parts' rows to use, ascending; null for all
   */
  constructor(
    readonly size: number,
    readonly parts: readonly RowPart[],
    readonly kept: Uint32Array | null = null,
  ) {
    this.count = kept?.length ?? parts.reduce((sum, part) => sum + part.count, 0);
  }

  /** Returns a subset of these rows. @param rows their indices, ascending */
  only(rows: Uint32Array): FileRows {
    const { kept } = this;
    return new FileRows(this.size, this.parts, kept ? rows.map((row) => kept[row]!) : rows);
  }

  gather(chosen: ArrayLike<number>): Uint8Array {
    const { size, kept } = this;
    const result = new Uint8Array(chosen.length * size);
    const places = Uint32Array.from({ length: chosen.length }, (_, i) => i);
    for (const place of places) checkRow(chosen[place]!, this.count);
    const rows = kept ? Uint32Array.from(chosen, (row) => kept[row]!) : chosen;
    places.sort((a, b) => rows[a]! - rows[b]!);
    let first = 0;
    let next = 0;
    for (const part of this.parts) {
      const start = next;
      while (next < places.length && rows[places[next]!]! < first + part.count) next++;
      if (next > start) {
        withFile(part, size, (read) => {
          for (let i = start; i < next;) {
            const place = places[i]!;
            const row = rows[place]!;
            // Rows that are adjacent in both the file and the result are read at once.
            let length = 1;
            while (
              i + length < next &&
              places[i + length] === place + length &&
              rows[place + length] === row + length
            ) {
              length++;
            }
            const target = result.subarray(place * size, (place + length) * size);
            read(target, part.offset + (row - first) * size);
            i += length;
          }
        });
      }
      first += part.count;
    }
    return result;
  }

  range(first: number, length: number): Uint8Array {
    checkRange(first, length, this.count);
    return this.gather(Uint32Array.from({ length }, (_, i) => first + i));
  }
}

type Read = (target: Uint8Array, position: number) => void;

/**
 * Opens a file while `use` runs, and checks that it is unchanged. Non-blocking, so that a FIFO in its place cannot hang.
 * @param size bytes per row @throws DataError that names the file
 */
function withFile({ path, offset, count, written }: RowPart, size: number, use: (read: Read) => void): void {
  const name = basename(path);
  const advice = `restore the original file (${path})`;
  const explained = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw new DataError(`${name}: ${fileProblem(error)}; ${advice}`);
    }
  };
  const file = explained(() => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    const status = explained(() => fstatSync(file));
    const expected = offset + count * size;
    if (status.size < expected) {
      const got = `got ${status.size} bytes, expected at least ${expected}`;
      throw new DataError(`${name}: the file became shorter: ${got}; ${advice}`);
    }
    if (status.mtimeMs !== written) {
      const got = `written ${status.mtime.toISOString()}, expected ${new Date(written).toISOString()}`;
      throw new DataError(`${name}: the file was written to while it was in use: ${got}; ${advice}`);
    }
    use((target, position) => {
      for (let done = 0; done < target.length;) {
        const length = Math.min(PIECE_BYTES, target.length - done);
        const read = explained(() => readSync(file, target, done, length, position + done));
        if (read === 0) throw new DataError(`${name}: the file became shorter while it was read; ${advice}`);
        done += read;
      }
    });
  } finally {
    closeSync(file);
  }
}
