import { setImmediate as turn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Dataset } from './dataset';

/** Bytes of images read per event-loop turn. */
const SLICE_BYTES = 16 * 2 ** 20;

/**
 * Returns the CRC-32 of each image's pixels, which tells whether an image has changed. Images in files are read in slices.
 * Throws the abort reason when `signal` is aborted.
 */
export async function imageChecksums(
  { count, images }: Pick<Dataset, 'count' | 'images'>,
  signal?: AbortSignal,
): Promise<Uint32Array> {
  const checksums = new Uint32Array(count);
  const { size } = images;
  const rows = Math.max(1, Math.floor(SLICE_BYTES / size));
  for (let first = 0; first < count; first += rows) {
    signal?.throwIfAborted();
    const length = Math.min(rows, count - first);
    const bytes = images.range(first, length);
    for (let i = 0; i < length; i++) checksums[first + i] = crc32(bytes.subarray(i * size, (i + 1) * size));
    await turn();
  }
  return checksums;
}
