import type { TrainingConfig, VaeConfig } from '../vae/config';
import { parameterShapes } from '../vae/parameters';
import { snapshotSteps } from './schedule';

/** What `snapshots=auto` may take of the disk, for all snapshots of a run together: the paper's model fits, with 127 MB. */
const MAX_SNAPSHOT_BYTES = 128 * 1024 * 1024;

/** Whether the weights at all snapshots of a run take little of the disk. */
export function snapshotsAreSmall(
  model: VaeConfig,
  { samples, minibatch }: Pick<TrainingConfig, 'samples' | 'minibatch'>,
): boolean {
  const shapes = Object.values(parameterShapes(model));
  const numbers = shapes.reduce((sum, shape) => sum + shape.reduce((size, side) => size * side, 1), 0);
  const snapshots = snapshotSteps(Math.ceil(samples / minibatch)).length;
  return snapshots * numbers * Float32Array.BYTES_PER_ELEMENT <= MAX_SNAPSHOT_BYTES;
}
