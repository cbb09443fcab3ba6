import { meansToBytes } from '../domain/pictures';
import type { Pictures } from '../domain/pictures';
import type { Model } from './model';

/** Maximum points per engine call, so that other work does not wait long. */
const BATCH_POINTS = 500;

/** Decodes points to the means of p(x|z). @param z count × Nz @throws RangeError for a `z` of another length */
export async function decodePictures(model: Model, z: Float32Array, count: number): Promise<Pictures> {
  const { latent, inputSize } = model.config.model;
  if (z.length !== count * latent) {
    throw new RangeError(`z: got ${z.length} numbers, expected ${count} points of ${latent}`);
  }
  const bytes = new Uint8Array(count * inputSize);
  for (let first = 0; first < count; first += BATCH_POINTS) {
    const size = Math.min(BATCH_POINTS, count - first);
    const means = await model.session.decode(z.subarray(first * latent, (first + size) * latent), size);
    bytes.set(meansToBytes(means), first * inputSize);
  }
  return { ...model.shape, count, bytes };
}

/**
 * Decodes some points again, one at a time, and replaces their pictures in place: in a batch their last bits may differ.
 * @param z count × Nz
 */
export async function decodeAlone(
  model: Model,
  pictures: Pictures,
  z: Float32Array,
  points: Iterable<number>,
): Promise<Pictures> {
  const { latent, inputSize } = model.config.model;
  for (const point of points) {
    const own = await decodePictures(model, z.slice(point * latent, (point + 1) * latent), 1);
    pictures.bytes.set(own.bytes, point * inputSize);
  }
  return pictures;
}
