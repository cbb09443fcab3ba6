/** Two points, by index; `first` is the lower index. */
export interface Pair {
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

/** Comparisons between two yields. */
const BLOCK_COMPARISONS = 300_000;

/**
 * Finds the `limit` pairs of points with the smallest Euclidean distances, nearest first; ties go to lower indices. Sweeps along
 * the dimension with the largest variance: once two points are further apart along it than the worst pair so far, later points
 * are skipped. Yields the share done, every `BLOCK_COMPARISONS`.
 * @param points rows of `dimensions` numbers
 */
export function* closestPairs(
  points: Float32Array,
  dimensions: number,
  most: number,
): Generator<number, Pair[]> {
  const count = points.length / dimensions;
  const axis = widest(points, dimensions);
  const along = (point: number): number => points[point * dimensions + axis]!;
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => along(a) - along(b) || a - b);
  const best: Pair[] = [];
  let limit = Infinity;
  let compared = 0;
  for (let i = 0; i < count; i++) {
    const a = order[i]!;
    for (let j = i + 1; j < count; j++) {
      const b = order[j]!;
      const apart = along(b) - along(a);
      if (apart * apart > limit) break;
      const square = squareBelow(points, dimensions, a, b, limit);
      if (square <= limit) {
        insert(best, { first: Math.min(a, b), second: Math.max(a, b), distance: square }, most);
        if (best.length === most) limit = best.at(-1)!.distance;
      }
      if (++compared % BLOCK_COMPARISONS === 0) yield i / count;
    }
  }
  return best.map((pair) => ({ ...pair, distance: Math.sqrt(pair.distance) }));
}

/** Returns the squared distance, or some value above `limit` as soon as it exceeds that. */
function squareBelow(points: Float32Array, dimensions: number, a: number, b: number, limit: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    sum += (points[a * dimensions + d]! - points[b * dimensions + d]!) ** 2;
    if (sum > limit) return sum;
  }
  return sum;
}

function widest(points: Float32Array, dimensions: number): number {
  const sums = new Float64Array(dimensions);
  const squares = new Float64Array(dimensions);
  points.forEach((value, i) => {
    sums[i % dimensions]! += value;
    squares[i % dimensions]! += value * value;
  });
  const count = points.length / dimensions;
  const variances = squares.map((square, d) => square / count - (sums[d]! / count) ** 2);
  return variances.indexOf(Math.max(...variances));
}

/** Inserts a pair, keeping `best` sorted and no longer than `limit`. */
function insert(best: Pair[], pair: Pair, limit: number): void {
  const before = (other: Pair): boolean =>
    other.distance < pair.distance ||
    (other.distance === pair.distance &&
      (other.first < pair.first || (other.first === pair.first && other.second < pair.second)));
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(best[middle]!)) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, pair);
  if (best.length > limit) best.pop();
}
