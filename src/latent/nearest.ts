/** A point found by a search. */
export interface Neighbour {
  /** Index of the point. */
  readonly row: number;
  readonly distance: number;
}

/**
 * Finds the `most` rows with the smallest Euclidean distances to a point, nearest first; ties go to lower indices.
 * @param rows points of `point.length` numbers
 */
export function nearestPoints(rows: Float32Array, point: Float32Array, most: number): Neighbour[] {
  const d = point.length;
  return nearestBy(rows.length / d, most, (row, limit) => squareBelow(rows, row * d, point, limit));
}

/** A diagonal Gaussian: mean and standard deviation, Nz numbers each. */
export interface DiagonalGaussian {
  readonly mean: Float32Array;
  readonly standardDeviation: Float32Array;
}

/**
 * Finds the `most` diagonal Gaussians with the smallest 2-Wasserstein distances to another, the root of |m1 - m2|² + |s1 -
 * s2|², nearest first.
 * @param mean rows of Nz numbers, like `logVariance` @param except a row to skip; -1 for none
 */
export function nearestPosteriors(
  mean: Float32Array,
  logVariance: Float32Array,
  { mean: centre, standardDeviation }: DiagonalGaussian,
  most: number,
  except = -1,
): Neighbour[] {
  const d = centre.length;
  return nearestBy(mean.length / d, most, (row, limit) => {
    if (row === except) return Infinity;
    let sum = squareBelow(mean, row * d, centre, limit);
    // Most rows are too far by their means alone; only the rest need exponentials.
    for (let i = 0; i < d && sum <= limit; i++)
      sum += (Math.exp(logVariance[row * d + i]! / 2) - standardDeviation[i]!) ** 2;
    return sum;
  });
}

/** Returns the squared distance of the row that starts at `start`, or some value above `limit` as soon as it exceeds that. */
function squareBelow(rows: Float32Array, start: number, point: Float32Array, limit: number): number {
  let sum = 0;
  for (let i = 0; i < point.length; i++) {
    sum += (rows[start + i]! - point[i]!) ** 2;
    if (sum > limit) return sum;
  }
  return sum;
}

/** @param square returns a row's squared distance, or any value above `limit` if it exceeds that */
function nearestBy(count: number, most: number, square: (row: number, limit: number) => number): Neighbour[] {
  const best: { row: number; square: number }[] = [];
  let limit = Infinity;
  for (let row = 0; row < count; row++) {
    const found = square(row, limit);
    if (!(found < limit)) continue;
    const place = best.findIndex((other) => found < other.square);
    best.splice(place < 0 ? best.length : place, 0, { row, square: found });
    if (best.length > most) best.pop();
    if (best.length === most) limit = best.at(-1)!.square;
  }
  return best.map((one) => ({ row: one.row, distance: Math.sqrt(one.square) }));
}
