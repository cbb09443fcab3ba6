/** Part of the grid's side that stays free around the three points, on each side. */
const MARGIN_SHARE = 0.12;
/** Below this length, points count as on one line. */
const COLLINEAR_TOLERANCE = 1e-6;

/** A square in the plane through three points of latent space. */
export interface Plane {
  /** Nz: the middle of the square. */
  readonly centre: Float64Array;
  /** Orthonormal, Nz each: to the right and up. */
  readonly right: Float64Array;
  readonly up: Float64Array;
  /** Length of the square's side in latent space. */
  readonly side: number;
  /** Where the points lie in the square, from its left and its top, as parts of its side: x and y of each. */
  readonly marks: Float32Array;
}

type Vector = ArrayLike<number>;
const dot = (a: Vector, b: Vector): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
const difference = (a: Vector, b: Vector): Float64Array =>
  Float64Array.from({ length: a.length }, (_, i) => a[i]! - b[i]!);

/** Of length 1, at right angles to `axis` where one is given; null where nothing is left. */
function direction(v: Float64Array, axis?: Float64Array): Float64Array | null {
  const along = axis ? dot(v, axis) : 0;
  const rest = axis ? v.map((value, i) => value - along * axis[i]!) : v;
  const length = Math.sqrt(dot(rest, rest));
  return length > COLLINEAR_TOLERANCE ? rest.map((value) => value / length) : null;
}

/**
 * The smallest square with a margin, one side along the way from the first to the second point, that holds all three.
 * Distances on it are distances in latent space. @throws RangeError where the points are on one line
 */
export function planeThrough(points: readonly [Vector, Vector, Vector]): Plane {
  const [a, b, c] = points;
  const right = direction(difference(b, a));
  const up = right && direction(difference(c, a), right);
  if (!right || !up)
    throw new RangeError('the three points are on one line: expected points that span a plane');
  const places = points.map((point) => {
    const way = difference(point, a);
    return { x: dot(way, right), y: dot(way, up) };
  });
  const range = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const [left, rightmost] = range(places.map(({ x }) => x));
  const [low, high] = range(places.map(({ y }) => y));
  const side = Math.max(rightmost - left, high - low) / (1 - 2 * MARGIN_SHARE);
  const [x, y] = [(left + rightmost) / 2, (low + high) / 2];
  const centre = Float64Array.from({ length: a.length }, (_, i) => a[i]! + x * right[i]! + y * up[i]!);
  const marks = places.flatMap((place) => [0.5 + (place.x - x) / side, 0.5 - (place.y - y) / side]);
  return { centre, right, up, side, marks: Float32Array.from(marks) };
}

/** The middles of `count` × `count` equal cells of the square, row by row from its top. @returns count² × Nz */
export function planeGrid({ centre, right, up, side }: Plane, count: number): Float32Array {
  const z = new Float32Array(count * count * centre.length);
  const at = (i: number): number => ((i + 0.5) / count - 0.5) * side;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const offset = (row * count + column) * centre.length;
      const [x, y] = [at(column), -at(row)];
      centre.forEach((value, i) => (z[offset + i] = value + x * right[i]! + y * up[i]!));
    }
  }
  return z;
}
