import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Dataset } from './dataset';

const SLICE = 16 * 2 ** 20;

/** sha256 (hex) over shape, ids and images. Equal fingerprints: the same images under the same names in the same order. */
export async function fingerprintOf(
  dataset: Pick<Dataset, 'shape' | 'count' | 'images' | 'id'>,
): Promise<string> {
  const { count, images } = dataset;
  const { width, height, channels } = dataset.shape;
  const hash = createHash('sha256').update(`${width}x${height}x${channels} ${count}\n`);
  // As JSON, so that no name can pose as two.
  for (let i = 0; i < count; i++) hash.update(`${JSON.stringify(dataset.id(i))}\n`);
  const rows = Math.max(1, Math.floor(SLICE / images.size));
  for (let first = 0; first < count; first += rows) {
    hash.update(images.range(first, Math.min(rows, count - first)));
    await turn();
  }
  return hash.digest('hex');
}
