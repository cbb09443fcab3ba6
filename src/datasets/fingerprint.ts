import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Dataset } from './dataset';
import type { LoadOptions } from './load-options';

/** Bytes of images, and ids, between two looks at the signal. */
const SLICE_BYTES = 16 * 2 ** 20;
const IDS_PER_TURN = 50_000;

/**
 * sha256 (hex) over shape, ids and images. Equal fingerprints: the same images under the same names in the same order. Images
 * that lie in a file are read in slices.
 */
export async function fingerprintOf(
  dataset: Pick<Dataset, 'shape' | 'count' | 'images' | 'id'>,
  { signal, onProgress }: Pick<LoadOptions, 'signal' | 'onProgress'> = {},
): Promise<string> {
  const { count, images } = dataset;
  const { width, height, channels } = dataset.shape;
  const hash = createHash('sha256').update(`${width}x${height}x${channels} ${count}\n`);
  for (let first = 0; first < count; first += IDS_PER_TURN) {
    const length = Math.min(IDS_PER_TURN, count - first);
    // As JSON, so that no name can pose as two.
    const lines = Array.from({ length }, (_, i) => `${JSON.stringify(dataset.id(first + i))}\n`);
    hash.update(lines.join(''));
    await turn();
  }
  const rows = Math.max(1, Math.floor(SLICE_BYTES / images.size));
  for (let first = 0; first < count; first += rows) {
    signal?.throwIfAborted();
    hash.update(images.range(first, Math.min(rows, count - first)));
    if (images.resident === null) onProgress?.(first, count);
    await turn();
  }
  return hash.digest('hex');
}
