/** What the images of a cluster have in common most often: a label, a tag or another class. */
export interface ClusterName {
  /** Index of the commonest class. */
  readonly group: number;
  /** Fraction of the cluster that has it, and of all images. */
  readonly share: number;
  readonly base: number;
  /**
   * Whether the cluster is purer than the whole: `share` exceeds `base` by more than chance would explain. Else the cluster has no
   * name: it is mixed.
   */
  readonly isDistinct: boolean;
}

/** Standard errors of the share in a random set of this size by which the share in the cluster must exceed the base rate. */
const STANDARD_ERRORS = 3;

/**
 * Names clusters by their commonest class, compared with how common it is among all images. The standard error is that of drawing
 * the cluster at random from all images, without putting them back: sqrt(p (1 - p) / n · (N - n) / (N - 1)).
 * @param assigned the cluster of each image @param sizes number of images in each cluster
 * @param groups the images of each class, by index; an image may be in several (tags) or none
 * @returns null for a cluster of which no image has a class
 */
export function clusterNames(
  assigned: Uint8Array,
  sizes: Uint32Array,
  groups: readonly ArrayLike<number>[],
): (ClusterName | null)[] {
  const total = assigned.length;
  const counts = groups.map((members) => {
    const inCluster = new Uint32Array(sizes.length);
    for (let i = 0; i < members.length; i++) inCluster[assigned[members[i]!]!]!++;
    return inCluster;
  });
  return Array.from(sizes, (size, cluster) => {
    let group = -1;
    counts.forEach((count, i) => {
      if (count[cluster]! > (group < 0 ? 0 : counts[group]![cluster]!)) group = i;
    });
    if (group < 0) return null;
    const share = counts[group]![cluster]! / size;
    const base = groups[group]!.length / total;
    const variance = ((base * (1 - base)) / size) * ((total - size) / Math.max(1, total - 1));
    const isDistinct = share > base && share - base > STANDARD_ERRORS * Math.sqrt(variance);
    return { group, share, base, isDistinct };
  });
}

/** Returns the images of each class. @param labels class of each image, -1 for none */
export function groupsOfLabels(labels: ArrayLike<number>, classes: number): number[][] {
  const groups = Array.from({ length: classes }, (): number[] => []);
  for (let i = 0; i < labels.length; i++) groups[labels[i]!]?.push(i);
  return groups;
}

/**
 * Returns a place for the name of each cluster: the medians of its images' coordinates, which a few images far away do not move.
 * @param x @param y places of the images; those that are not finite are left out @returns x and y of each cluster, NaN for none
 */
export function clusterPlaces(
  assigned: Uint8Array,
  clusters: number,
  x: Float32Array,
  y: Float32Array,
): Float32Array {
  const members = groupsOfLabels(assigned, clusters);
  const median = (rows: readonly number[], values: Float32Array): number => {
    const sorted = Float32Array.from(rows, (row) => values[row]!)
      .filter(Number.isFinite)
      .sort();
    return sorted[sorted.length >> 1] ?? NaN;
  };
  return Float32Array.from(members.flatMap((rows) => [median(rows, x), median(rows, y)]));
}
