import { scoreDirection } from '../latent/direction';
import type { HeldOutScore, PointSet } from '../latent/direction';
import { RandomStream } from '../random/stream';

/** Number of random divisions a score is compared with. */
const RANDOM_DIVISIONS = 200;

/** Runs `scoreDirection` between two sets of rows. The result is a pure function of the points, the sets and the seed. */
export function seededScore(
  points: PointSet,
  a: Uint32Array,
  b: Uint32Array,
  seed: number,
): Generator<unknown, HeldOutScore> {
  const stream = new RandomStream(seed, 'direction');
  return scoreDirection(points, a, b, (block, length) => stream.permutation(block, length), RANDOM_DIVISIONS);
}
