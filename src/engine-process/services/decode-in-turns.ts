import type { Pictures } from '../../domain/pictures';
import { decodePictures } from '../../model/decode';
import type { Model } from '../../model/model';
import type { Scheduler } from '../scheduler';

/** Points decoded per scheduler turn, which bounds how long an interactive request waits. */
const POINTS_PER_TURN = 25;

/**
 * Decodes many points over several scheduler turns. They precede training, so all points are decoded with the same weights.
 * @param z count × Nz @throws the signal's reason once it is aborted
 */
export async function decodeInTurns(
  context: { readonly scheduler: Scheduler },
  model: Model,
  z: Float32Array,
  signal: AbortSignal,
): Promise<Pictures> {
  const { latent, inputSize } = model.config.model;
  const count = z.length / latent;
  const bytes = new Uint8Array(count * inputSize);
  for (let first = 0; first < count; first += POINTS_PER_TURN) {
    signal.throwIfAborted();
    const size = Math.min(POINTS_PER_TURN, count - first);
    const points = z.subarray(first * latent, (first + size) * latent);
    const pictures = await context.scheduler.turn('evaluation', () => decodePictures(model, points, size));
    bytes.set(pictures.bytes, first * inputSize);
  }
  return { ...model.shape, count, bytes };
}
