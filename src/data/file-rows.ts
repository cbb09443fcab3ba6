import { closeSync, constants, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { DataError } from './dataset';
import { fileProblem } from './files';
import { checkRange, checkRow, type ImageRows } from './rows';

/** Consecutive rows of a file that holds them as they are. */
export interface RowPart {
  readonly path: string;
  /** Where the first row begins, in bytes. */
  readonly offset: number;
  readonly count: number;
}

/** One system call reads no more than 2 GiB. */
const PIECE = 64 * 2 ** 20;

/**
 * Rows that stay in their files, such as a NumPy array of bytes: read when they are asked for, in the order in which they
 * lie, and blocking. A file is open no longer than a call takes, so there is nothing to close.
 */
export class FileRows implements ImageRows {
  readonly count: number;
  readonly resident = null;

  /** @param parts plain data: with it another thread opens the same rows */
  constructor(
    readonly size: number,
    readonly parts: readonly RowPart[],
  ) {
    this.count = parts.reduce((sum, part) => sum + part.count, 0);
  }

  gather(rows: ArrayLike<number>): Uint8Array {
    const { size } = this;
    const result = new Uint8Array(rows.length * size);
    const places = Uint32Array.from({ length: rows.length }, (_, i) => i);
    for (const place of places) checkRow(rows[place]!, this.count);
    places.sort((a, b) => rows[a]! - rows[b]!);
    let first = 0;
    let next = 0;
    for (const part of this.parts) {
      const start = next;
      while (next < places.length && rows[places[next]!]! < first + part.count) next++;
      if (next > start) {
        withFile(part.path, (read) => {
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

/** Opened without blocking: a FIFO that took the file's place must not hang us. @throws DataError that names the file */
function withFile(path: string, use: (read: Read) => void): void {
  const name = basename(path);
  const explained = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw new DataError(`${name}: ${fileProblem(error)}; bring the file back as it was (${path})`);
    }
  };
  const file = explained(() => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    use((target, position) => {
      for (let done = 0; done < target.length;) {
        const length = Math.min(PIECE, target.length - done);
        const read = explained(() => readSync(file, target, done, length, position + done));
        if (read === 0) {
          const got = `it ends before byte ${position + target.length}, where an image of this dataset was`;
          throw new DataError(`${name}: the file became shorter: ${got}; bring it back as it was (${path})`);
        }
        done += read;
      }
    });
  } finally {
    closeSync(file);
  }
}
