import { rowsOf } from '../rows';
import { assign, kMeans } from './k-means';
import type { KMeans } from './k-means';
import { meanSilhouette, pairDistances } from './silhouette';

/** The clusters of some points. */
export interface Clusters {
  /** Number of points in each, descending: clusters are numbered by size. */
  readonly sizes: Uint32Array;
  /** The cluster of each point. */
  readonly assigned: Uint8Array;
  /** Mean silhouette width of the sample, from -1 to 1: how far the clusters lie apart. Null for a single cluster. */
  readonly silhouette: number | null;
}

/** Maximum points that clusters are fitted to; the others are assigned to the nearest. */
const MAX_FITTED_POINTS = 2000;
/** Maximum points that the number of clusters is chosen by; the effort is quadratic in it. */
const MAX_COMPARED_POINTS = 1000;
/** Starts for each number of clusters, of which the best is taken. */
const STARTS = 4;
/** Points assigned between two yields. */
const BLOCK_POINTS = 20_000;

/**
 * Divides points into 2 to `most` clusters by k-means. Of the numbers of clusters, it takes that with the greatest mean silhouette
 * width. If the points do not differ, they are one cluster. Yields after each start of k-means, and then after each block of points
 * that is assigned.
 * @param points rows of d numbers @param order a random permutation of the points: the first ones are the sample
 * @param uniform draws from (0, 1)
 */
export function* findClusters(
  points: Float32Array,
  d: number,
  most: number,
  order: Uint32Array,
  uniform: () => number,
): Generator<unknown, Clusters> {
  const sample = rowsOf(points, d, order.subarray(0, MAX_FITTED_POINTS));
  const compared = Math.min(sample.length / d, MAX_COMPARED_POINTS);
  const distances = pairDistances(sample.subarray(0, compared * d), d);
  const distinct = distinctRows(sample, d, most + 1);
  let best: { readonly fit: KMeans; readonly silhouette: number } | null = null;
  // With as many clusters as points, each point would be one.
  for (let k = 2; k <= Math.min(most, distinct - 1); k++) {
    let fit = kMeans(sample, d, k, uniform);
    for (let start = 1; start < STARTS; start++) {
      yield;
      const other = kMeans(sample, d, k, uniform);
      if (other.inertia < fit.inertia) fit = other;
    }
    const silhouette = meanSilhouette(distances, fit.assigned.subarray(0, compared), k);
    if (best === null || silhouette > best.silhouette) best = { fit, silhouette };
    yield;
  }
  const assigned = new Uint8Array(points.length / d);
  if (best === null) return { sizes: Uint32Array.of(assigned.length), assigned, silhouette: null };
  const { centres } = best.fit;
  for (let first = 0; first < assigned.length; first += BLOCK_POINTS) {
    const block = assigned.subarray(first, first + BLOCK_POINTS);
    assign(points.subarray(first * d, (first + block.length) * d), d, centres, block);
    yield;
  }
  return { ...bySize(assigned, centres.length / d), silhouette: best.silhouette };
}

/** Numbers the clusters by size, of equal sizes the one first whose first point is first; leaves out empty ones. */
function bySize(assigned: Uint8Array, k: number): Pick<Clusters, 'sizes' | 'assigned'> {
  const sizes = new Uint32Array(k);
  for (const cluster of assigned) sizes[cluster]!++;
  const order = Array.from(sizes.keys())
    .filter((cluster) => sizes[cluster]! > 0)
    .sort((a, b) => sizes[b]! - sizes[a]! || assigned.indexOf(a) - assigned.indexOf(b));
  const numbers = new Uint8Array(k);
  order.forEach((cluster, number) => (numbers[cluster] = number));
  return {
    sizes: Uint32Array.from(order, (cluster) => sizes[cluster]!),
    assigned: assigned.map((cluster) => numbers[cluster]!),
  };
}

/** Returns the number of different rows, counted up to `limit`. */
function distinctRows(points: Float32Array, d: number, limit: number): number {
  const known = new Set<string>();
  for (let start = 0; start < points.length && known.size < limit; start += d)
    known.add(points.subarray(start, start + d).join());
  return known.size;
}
