import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Dataset } from './dataset';

const CHUNK = 16 * 2 ** 20;

/** sha256 (hex) over shape, ids and pixels. Equal fingerprints: the same images under the same names in the same order. */
export async function fingerprintOf(
  images: Pick<Dataset, 'shape' | 'count' | 'pixels' | 'id'>,
): Promise<string> {
  const { width, height, channels } = images.shape;
  const hash = createHash('sha256').update(`${width}x${height}x${channels} ${images.count}\n`);
  // As JSON, so that no name can pose as two.
  for (let i = 0; i < images.count; i++) hash.update(`${JSON.stringify(images.id(i))}\n`);
  for (let start = 0; start < images.pixels.length; start += CHUNK) {
    hash.update(images.pixels.subarray(start, start + CHUNK));
    await turn();
  }
  return hash.digest('hex');
}
