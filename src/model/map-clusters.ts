import { findClusters } from '../latent/clusters/find-clusters';
import type { Clusters } from '../latent/clusters/find-clusters';
import { RandomStream } from '../random/stream';
import { uniformSource } from '../random/uniform-source';

/**
 * Runs `findClusters` on points; the same points and request give the same clusters. @param points count × d @param most maximum
 * number of clusters
 */
export function clustersOf(
  points: Float32Array,
  d: number,
  { most, seed }: { readonly most: number; readonly seed: number },
): Generator<unknown, Clusters> {
  const stream = new RandomStream(seed, 'cluster');
  // Block 0 draws the sample; the following blocks supply the uniform numbers in order.
  return findClusters(points, d, most, stream.permutation(0, points.length / d), uniformSource(stream, 1));
}
