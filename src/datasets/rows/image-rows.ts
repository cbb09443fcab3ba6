/**
 * The images of a dataset, one row of bytes each, in memory or read from files on demand. Callers request rows by index,
 * independently of the storage.
 */
export interface ImageRows {
  readonly count: number;
  /** Bytes per row: height * width * channels, row-major, channels last; 0 is black, 255 white. */
  readonly size: number;
  /** All rows concatenated, possibly in shared memory; null if they are not in memory. */
  readonly resident: Uint8Array | null;
  /** Copies rows to one array, in the order given. @throws RangeError for a bad index; DataError if a file cannot be read */
  gather(rows: ArrayLike<number>): Uint8Array;
  /** Returns `count` consecutive rows, not in shared memory; callers must not modify them. @throws as `gather` */
  range(first: number, count: number): Uint8Array;
}

/** Wraps rows in memory. @param bytes rows of `size` bytes, used without copying @throws RangeError for incomplete rows */
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

/** Returns rows computed from others on demand. @param change receives a copy of rows and their indices */
export function mappedRows(
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
