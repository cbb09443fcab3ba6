import type { TrainingConfig, VaeConfig } from '../vae/config';
import { parameterShapes } from '../vae/parameters';
import { snapshotSteps } from './schedule';

/** Maximum total size of a run's snapshots for `snapshots=auto` to save them; the paper's model fits, with 127 MB. */
const MAX_SNAPSHOT_BYTES = 128 * 1024 * 1024;

/** Checks whether all snapshots of a run together take at most 128 MiB. */
export function snapshotsAreSmall(
  model: VaeConfig,
  { samples, minibatch }: Pick<TrainingConfig, 'samples' | 'minibatch'>,
): boolean {
  const shapes = Object.values(parameterShapes(model));
  const numbers = shapes.reduce((sum, shape) => sum + shape.reduce((size, side) => size * side, 1), 0);
  const snapshots = snapshotSteps(Math.ceil(samples / minibatch)).length;
  return snapshots * numbers * Float32Array.BYTES_PER_ELEMENT <= MAX_SNAPSHOT_BYTES;
}
