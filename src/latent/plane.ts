/** Margin around the three points on each side, as a fraction of the square's side. */
const MARGIN_SHARE = 0.12;
/** Length below which points count as collinear. */
const COLLINEAR_TOLERANCE = 1e-6;

/** A square in the plane through three latent points. */
export interface Plane {
  /** Centre of the square; Nz numbers. */
  readonly centre: Float64Array;
  /** Orthonormal vectors to the right and up; Nz numbers each. */
  readonly right: Float64Array;
  readonly up: Float64Array;
  /** Side of the square, as a length in latent space. */
  readonly side: number;
  /** x and y of each point in the square, from its left and top, as fractions of its side. */
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

/** Returns the unit vector of `v`, made orthogonal to `axis` if given; null if nothing remains. */
function direction(v: Float64Array, axis?: Float64Array): Float64Array | null {
  const along = axis ? dot(v, axis) : 0;
  const rest = axis ? v.map((value, i) => value - along * axis[i]!) : v;
  const length = Math.sqrt(dot(rest, rest));
  return length > COLLINEAR_TOLERANCE ? rest.map((value) => value / length) : null;
}

/**
 * Returns the smallest square with a margin that holds all three points, with one side parallel to the line from the first to
 * the second. Distances on it are distances in latent space. @throws RangeError if the points are collinear
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

/** Returns the centres of `count` × `count` equal cells of the square, row by row from its top. @returns count² × Nz */
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
