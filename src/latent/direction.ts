/** Directions in latent space: from one set of points to another, with a comparison against chance. */

/** Points of `dimensions` numbers each, row-major. */
export interface PointSet {
  readonly values: Float32Array;
  readonly dimensions: number;
}

/** Held-out performance of a direction: fitted on one half of each set, measured on the other half. */
export interface HeldOut {
  /** Cosine between the directions of the two halves, from -1 to 1; 0 if one of them has no length. */
  readonly agreement: number;
  /** Cohen's d of the held-out points along the fitted direction; null if they do not vary along it. */
  readonly effect: number | null;
}

/** The same measure over random divisions of the same points: its distribution under chance. */
interface Chance {
  readonly mean: number;
  /** 95th percentile over the random divisions. */
  readonly percentile95: number;
}

export interface HeldOutScore extends HeldOut {
  readonly chance: { readonly agreement: Chance; readonly effect: Chance };
  /** Number of random divisions. */
  readonly rounds: number;
}

/** A random permutation of 0 to length - 1, different for each block. */
export type Shuffle = (block: number, length: number) => Uint32Array;

/** Returns the mean of some rows: `dimensions` numbers. */
export function meanOf({ values, dimensions }: PointSet, rows: Uint32Array): Float64Array {
  const mean = new Float64Array(dimensions);
  for (const row of rows) {
    for (let d = 0; d < dimensions; d++) mean[d]! += values[row * dimensions + d]!;
  }
  return mean.map((sum) => sum / rows.length);
}

/** Returns the vector from the mean of A to the mean of B. */
export function differenceOfMeans(points: PointSet, a: Uint32Array, b: Uint32Array): Float64Array {
  const from = meanOf(points, a);
  return meanOf(points, b).map((value, d) => value - from[d]!);
}

/** Returns the cosine of the angle between two vectors; 0 if one has no length. */
export function cosine(a: Float64Array, b: Float64Array): number {
  const lengths = Math.hypot(...a) * Math.hypot(...b);
  return lengths > 0 ? Math.max(-1, Math.min(1, dot(a, b) / lengths)) : 0;
}

/**
 * Returns Cohen's d: (mean b - mean a) / s, where s² pools both variances with n - 1 degrees of freedom.
 * @returns null if neither varies, or there are too few values
 */
export function cohensD(a: Float64Array, b: Float64Array): number | null {
  const [from, to] = [moments(a), moments(b)];
  const freedom = a.length + b.length - 2;
  const spread = freedom > 0 ? Math.sqrt((from.squares + to.squares) / freedom) : 0;
  return spread > 0 ? (to.mean - from.mean) / spread : null;
}

/** Fits a direction on the first half of each set and measures it on the second. */
export function heldOut(points: PointSet, a: Uint32Array, b: Uint32Array): HeldOut {
  const halves = (rows: Uint32Array): [Uint32Array, Uint32Array] => {
    const middle = rows.length >> 1;
    return [rows.subarray(0, middle), rows.subarray(middle)];
  };
  const [[fitA, heldA], [fitB, heldB]] = [halves(a), halves(b)];
  const fitted = differenceOfMeans(points, fitA, fitB);
  return {
    agreement: cosine(fitted, differenceOfMeans(points, heldA, heldB)),
    effect: cohensD(projections(points, heldA, fitted), projections(points, heldB, fitted)),
  };
}

/**
 * Scores random halves of A and B by `heldOut`, next to random divisions of the same points into two sets of the same sizes.
 * Yields after each round. @param a @param b disjoint rows, at least `MIN_SCORED_IMAGES` each
 */
export function* scoreDirection(
  points: PointSet,
  a: Uint32Array,
  b: Uint32Array,
  shuffle: Shuffle,
  rounds: number,
): Generator<unknown, HeldOutScore> {
  const taken = (rows: Uint32Array, order: Uint32Array): Uint32Array => order.map((i) => rows[i]!);
  const own = heldOut(points, taken(a, shuffle(0, a.length)), taken(b, shuffle(1, b.length)));
  const all = new Uint32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  const agreements: number[] = [];
  const effects: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const order = taken(all, shuffle(2 + round, all.length));
    const random = heldOut(points, order.subarray(0, a.length), order.subarray(a.length));
    agreements.push(random.agreement);
    effects.push(random.effect ?? 0);
    yield;
  }
  return { ...own, chance: { agreement: chanceOf(agreements), effect: chanceOf(effects) }, rounds };
}

/** Returns the position of `z` along a direction: 0 level with `start`, 1 one length of `vector` further. */
export function placeAlong(z: Float32Array, start: Float32Array, vector: Float32Array): number {
  let [along, squares] = [0, 0];
  vector.forEach((value, d) => {
    along += (z[d]! - start[d]!) * value;
    squares += value * value;
  });
  return along / squares;
}

/** Moves `z` to each position in `places` along a direction, without moving it across. @returns places.length × Nz */
export function pointsAlong(
  z: Float32Array,
  start: Float32Array,
  vector: Float32Array,
  places: Float32Array,
): Float32Array {
  const own = placeAlong(z, start, vector);
  const result = new Float32Array(places.length * z.length);
  places.forEach((place, i) =>
    z.forEach((value, d) => (result[i * z.length + d] = value + (place - own) * vector[d]!)),
  );
  return result;
}

/** Returns the point D such that A is to B as C is to D: C + (B - A). */
export function analogyPoint(a: Float32Array, b: Float32Array, c: Float32Array): Float32Array {
  return c.map((value, d) => value + (b[d]! - a[d]!));
}

function projections(
  { values, dimensions }: PointSet,
  rows: Uint32Array,
  direction: Float64Array,
): Float64Array {
  return Float64Array.from(rows, (row) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += values[row * dimensions + d]! * direction[d]!;
    return sum;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function moments(values: Float64Array): { readonly mean: number; readonly squares: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

function chanceOf(values: readonly number[]): Chance {
  const sorted = [...values].sort((a, b) => a - b);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { mean, percentile95: sorted[Math.ceil(0.95 * sorted.length) - 1]! };
}
