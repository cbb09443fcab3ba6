/** Returns the Euclidean distances between all pairs of points: n × n. @param points n rows of d numbers */
export function pairDistances(points: Float32Array, d: number): Float32Array {
  const n = points.length / d;
  const distances = new Float32Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += (points[a * d + i]! - points[b * d + i]!) ** 2;
      distances[a * n + b] = distances[b * n + a] = Math.sqrt(sum);
    }
  }
  return distances;
}

/**
 * Returns the mean silhouette width of clusters (P. J. Rousseeuw, J. Comput. Appl. Math. 20, 1987), from -1 to 1: the mean over the
 * points of (b - a) / max(a, b), where a is the mean distance from the other points of the same cluster, and b the least mean
 * distance from those of another. It is 0 for a point that is alone in its cluster.
 * @param distances n × n @param assigned the cluster of each point, of `k` @returns 0 if all points are in one cluster
 */
export function meanSilhouette(distances: Float32Array, assigned: Uint8Array, k: number): number {
  const n = assigned.length;
  const sizes = new Uint32Array(k);
  for (const cluster of assigned) sizes[cluster]!++;
  const sums = new Float64Array(k);
  let total = 0;
  for (let point = 0; point < n; point++) {
    sums.fill(0);
    for (let other = 0; other < n; other++) sums[assigned[other]!]! += distances[point * n + other]!;
    const own = assigned[point]!;
    let nearest = Infinity;
    sizes.forEach((size, cluster) => {
      if (cluster !== own && size > 0) nearest = Math.min(nearest, sums[cluster]! / size);
    });
    if (sizes[own] === 1 || nearest === Infinity) continue;
    const within = sums[own]! / (sizes[own]! - 1);
    const largest = Math.max(within, nearest);
    if (largest > 0) total += (nearest - within) / largest;
  }
  return total / n;
}
