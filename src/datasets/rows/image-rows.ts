/**
 * The images of a dataset, a row of bytes each: in memory, or read from files as they are needed. Whoever wants some asks for
 * them by number and does not care which.
 */
export interface ImageRows {
  readonly count: number;
  /** Bytes of a row: height * width * channels, row-major, channels last; 0 is black, 255 white. */
  readonly size: number;
  /** All rows one behind the other where they lie in memory, which threads may share; else null. */
  readonly resident: Uint8Array | null;
  /** A contiguous copy of some rows, in the order given. @throws RangeError, and DataError where a file cannot be read */
  gather(rows: ArrayLike<number>): Uint8Array;
  /** `count` consecutive rows, which must not be written to; never shared memory. @throws as `gather` */
  range(first: number, count: number): Uint8Array;
}

/** Rows in memory. @param bytes rows of `size` bytes, which are kept, not copied */
export function residentRows(bytes: Uint8Array, size: number): ImageRows {
  const count = bytes.length / size;
  if (!Number.isInteger(count)) {
    throw new RangeError(`images: got ${bytes.length} bytes, expected rows of ${size}`);
  }
  return {
    ...{ count, size, resident: bytes },
    gather(rows) {
      const result = new Uint8Array(rows.length * size);
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        checkRow(row, count);
        result.set(bytes.subarray(row * size, (row + 1) * size), i * size);
      }
      return result;
    },
    range(first, length) {
      checkRange(first, length, count);
      return bytes.subarray(first * size, (first + length) * size);
    },
  };
}

/** Rows that are made of others when they are asked for. @param change gets a copy of rows and their numbers */
export function changedRows(
  rows: ImageRows,
  change: (bytes: Uint8Array, rows: ArrayLike<number>) => Uint8Array,
): ImageRows {
  const gather = (chosen: ArrayLike<number>): Uint8Array => change(rows.gather(chosen), chosen);
  return {
    ...{ count: rows.count, size: rows.size, resident: null, gather },
    range: (first, length) => gather(Uint32Array.from({ length }, (_, i) => first + i)),
  };
}

export function checkRow(row: number, count: number): void {
  if (!(row >= 0 && row < count)) throw new RangeError(`image ${row}: expected 0 to ${count - 1}`);
}

export function checkRange(first: number, length: number, count: number): void {
  if (!(first >= 0 && length >= 0 && first + length <= count)) {
    throw new RangeError(`images ${first} to ${first + length - 1}: expected 0 to ${count - 1}`);
  }
}
