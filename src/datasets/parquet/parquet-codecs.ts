import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet';
import type { Compressors } from 'hyparquet';
import { decompressLz4, decompressLz4Raw, decompressZstd } from 'hyparquet-compressors';

/** What pages of a Parquet file may be compressed with. None of these gives more than the page declares. */
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
 * The decoder of Zstandard compares its output with the number 1, by `==`. For that an array is written out as text: 15 ms a
 * megabyte, several times as long as decompressing takes. One that is a primitive value already is not.
 */
function comparable(output: Uint8Array): Uint8Array {
  return Object.defineProperty(output, Symbol.toPrimitive, { value: () => NaN });
}
