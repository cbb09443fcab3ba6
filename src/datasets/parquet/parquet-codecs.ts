import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet';
import type { Compressors } from 'hyparquet';
import { decompressLz4, decompressLz4Raw, decompressZstd } from 'hyparquet-compressors';

/** Decompressors for the pages of a Parquet file. The output is limited by the size that a page declares. */
export const PARQUET_COMPRESSORS: Compressors = {
  SNAPPY: (input, length) => filled(length, (output) => snappyUncompress(input, output)),
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length + 1 }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length + 1 }),
  ZSTD: (input, length) => decompressZstd(input, comparable(new Uint8Array(length))),
  LZ4: (input, length) => decompressLz4(input, length),
  LZ4_RAW: (input, length) => decompressLz4Raw(input, length),
};

function filled(length: number, fill: (output: Uint8Array) => void): Uint8Array {
  const output = new Uint8Array(length);
  fill(output);
  return output;
}

/**
 * Makes an array cheap to compare. The Zstandard decoder compares its output with the number 1 by `==`, which converts the
 * array to text: 15 ms per megabyte, several times the decompression itself. `Symbol.toPrimitive` avoids that.
 */
function comparable(output: Uint8Array): Uint8Array {
  return Object.defineProperty(output, Symbol.toPrimitive, { value: () => NaN });
}
