import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Dataset } from './dataset';
import type { LoadOptions } from './load-options';

/** Bytes of images, and number of ids, hashed per event-loop turn. */
const SLICE_BYTES = 16 * 2 ** 20;
const IDS_PER_TURN = 50_000;

/**
 * Computes the SHA-256 (hex) over shape, ids and images. Equal fingerprints mean the same images with the same ids in the
 * same order. Images in files are read in slices. Throws the abort reason when `signal` is aborted.
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
    // Encoded as JSON, so that an id with a line break cannot imitate two ids.
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
