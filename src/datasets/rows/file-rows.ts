import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileProblem } from '../../images/read-file';
import { checkRange, checkRow } from './image-rows';
import type { ImageRows } from './image-rows';
import { DataError } from '../../images/data-error';

/** Consecutive rows of a file that holds them as they are. */
export interface RowPart {
  readonly path: string;
  /** Where the first row begins, in bytes. */
  readonly offset: number;
  readonly count: number;
  /** When the file was written, in ms, as `stat` says: one that was written to since is refused. */
  readonly written: number;
}

/** @param path of a file that has the rows @throws Error of the file system */
export async function rowPart(path: string, offset: number, count: number): Promise<RowPart> {
  return { path, offset, count, written: (await stat(path)).mtimeMs };
}

/** One system call reads no more than 2 GiB. */
const PIECE_BYTES = 64 * 2 ** 20;

/**
 * Rows that stay in their files, such as a NumPy array of bytes: read when they are asked for, in the order in which they
 * lie, and blocking. A file is open no longer than a call takes, so there is nothing to close.
 */
export class FileRows implements ImageRows {
  readonly count: number;
  readonly resident = null;

  /**
   * Plain data, with which another thread opens the same rows.
   * @param kept which of the parts' rows are meant, ascending; null: all
   */
  constructor(
    readonly size: number,
    readonly parts: readonly RowPart[],
    readonly kept: Uint32Array | null = null,
  ) {
    this.count = kept?.length ?? parts.reduce((sum, part) => sum + part.count, 0);
  }

  /** Some of these rows, as if there were no others. @param rows their numbers, ascending */
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
            // Rows that are neighbours in the file and in the result come in one piece.
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
 * Opened without blocking: a FIFO that took the file's place must not hang us.
 * @param size bytes of a row @throws DataError that names the file
 */
function withFile({ path, offset, count, written }: RowPart, size: number, use: (read: Read) => void): void {
  const name = basename(path);
  const advice = `bring it back as it was (${path})`;
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
