/** One of many points. */
export interface Near {
  /** Its number. */
  readonly row: number;
  readonly distance: number;
}

/**
 * The `most` rows with the smallest Euclidean distances to a point, the nearest first; of equal ones those of lower numbers.
 * @param rows points of `point.length` numbers
 */
export function nearestPoints(rows: Float32Array, point: Float32Array, most: number): Near[] {
  const d = point.length;
  return nearestBy(rows.length / d, most, (row, limit) => squareBelow(rows, row * d, point, limit));
}

/** A diagonal Gaussian: mean and standard deviation, Nz numbers each. */
export interface DiagonalGaussian {
  readonly mean: Float32Array;
  readonly standardDeviation: Float32Array;
}

/**
 * The `most` diagonal Gaussians with the smallest 2-Wasserstein distances to another, the root of |m1 - m2|² + |s1 - s2|².
 * @param mean rows of Nz numbers, as `logVariance` @param except a row that is passed over; -1 for none
 */
export function nearestPosteriors(
  mean: Float32Array,
  logVariance: Float32Array,
  { mean: centre, standardDeviation }: DiagonalGaussian,
  most: number,
  except = -1,
): Near[] {
  const d = centre.length;
  return nearestBy(mean.length / d, most, (row, limit) => {
    if (row === except) return Infinity;
    let sum = squareBelow(mean, row * d, centre, limit);
    // Most are too far by their means alone: exponentials are for the rest.
    for (let i = 0; i < d && sum <= limit; i++)
      sum += (Math.exp(logVariance[row * d + i]! / 2) - standardDeviation[i]!) ** 2;
    return sum;
  });
}

/** The squared distance of a row that starts at `start`, or something above `limit` as soon as it is above. */
function squareBelow(rows: Float32Array, start: number, point: Float32Array, limit: number): number {
  let sum = 0;
  for (let i = 0; i < point.length; i++) {
    sum += (rows[start + i]! - point[i]!) ** 2;
    if (sum > limit) return sum;
  }
  return sum;
}

/** @param square of a row's distance, or anything above `limit` where it is above */
function nearestBy(count: number, most: number, square: (row: number, limit: number) => number): Near[] {
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
