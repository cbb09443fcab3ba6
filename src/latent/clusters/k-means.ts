/** Points divided into clusters, each around its mean. */
export interface KMeans {
  /** Row k is the mean of cluster k; k × d. */
  readonly centres: Float64Array;
  /** The cluster of each point. */
  readonly assigned: Uint8Array;
  /** Sum of the squared distances of the points from the centres of their clusters. */
  readonly inertia: number;
}

/** Rounds after which points that still change their cluster are borderline cases. */
const MAX_ROUNDS = 50;

/**
 * Divides points into `k` clusters by Lloyd's algorithm, started by k-means++ (Arthur & Vassilvitskii, SODA 2007): each further
 * centre is a point drawn with a probability in proportion to its squared distance from the nearest centre so far.
 * @param points rows of d numbers, of which at least k differ @param uniform draws from (0, 1)
 */
export function kMeans(points: Float32Array, d: number, k: number, uniform: () => number): KMeans {
  const centres = startCentres(points, d, k, uniform);
  const assigned = new Uint8Array(points.length / d);
  let inertia = Infinity;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { changed, sum } = assign(points, d, centres, assigned);
    inertia = sum;
    if (round > 0 && changed === 0) break;
    moveToMeans(points, d, centres, assigned);
  }
  return { centres, assigned, inertia };
}

/**
 * Assigns each point to the nearest centre; of equally near ones to the first.
 * @param assigned is changed @returns how many points changed their cluster, and the sum of squared distances
 */
export function assign(
  points: Float32Array,
  d: number,
  centres: Float64Array,
  assigned: Uint8Array,
): { readonly changed: number; readonly sum: number } {
  let [changed, sum] = [0, 0];
  for (let point = 0; point < assigned.length; point++) {
    let [best, least] = [0, Infinity];
    for (let k = 0; k < centres.length / d; k++) {
      const square = squareTo(points, point * d, centres, k * d, d, least);
      if (square < least) [best, least] = [k, square];
    }
    if (assigned[point] !== best) changed++;
    assigned[point] = best;
    sum += least;
  }
  return { changed, sum };
}

function startCentres(points: Float32Array, d: number, k: number, uniform: () => number): Float64Array {
  const count = points.length / d;
  const centres = new Float64Array(k * d);
  const squares = new Float64Array(count).fill(Infinity);
  let drawn = Math.floor(uniform() * count);
  for (let centre = 0; centre < k; centre++) {
    centres.set(points.subarray(drawn * d, (drawn + 1) * d), centre * d);
    let whole = 0;
    for (let point = 0; point < count; point++) {
      const square = squareTo(points, point * d, centres, centre * d, d, squares[point]!);
      if (square < squares[point]!) squares[point] = square;
      whole += squares[point]!;
    }
    let rest = uniform() * whole;
    drawn = squares.findIndex((square) => square > 0 && (rest -= square) < 0);
    // Rounding may leave a rest after the last point.
    if (drawn < 0) drawn = squares.findLastIndex((square) => square > 0);
    if (drawn < 0) drawn = 0;
  }
  return centres;
}

/** Moves each centre to the mean of its points; one that has none stays. */
function moveToMeans(points: Float32Array, d: number, centres: Float64Array, assigned: Uint8Array): void {
  const sums = new Float64Array(centres.length);
  const sizes = new Uint32Array(centres.length / d);
  assigned.forEach((cluster, point) => {
    sizes[cluster]!++;
    for (let i = 0; i < d; i++) sums[cluster * d + i]! += points[point * d + i]!;
  });
  sizes.forEach((size, cluster) => {
    for (let i = cluster * d; size > 0 && i < (cluster + 1) * d; i++) centres[i] = sums[i]! / size;
  });
}

/** Returns a squared distance, or some value above `limit` as soon as it exceeds that. */
function squareTo(
  points: Float32Array,
  point: number,
  centres: Float64Array,
  centre: number,
  d: number,
  limit: number,
): number {
  let sum = 0;
  for (let i = 0; i < d && sum <= limit; i++) sum += (points[point + i]! - centres[centre + i]!) ** 2;
  return sum;
}
