/** A coordinate of latent points z: direction · (z - centre) + offset, with one `centre` for all axes. */
export interface Axis {
  /** Unit vector of Nz numbers. */
  readonly direction: Float64Array;
  /** Coordinate of the centre. */
  readonly offset: number;
}

/** The plane through latent space that a map with linear axes shows: through the centre, along both axes. */
export interface LatentPlane {
  /** Nz numbers. */
  readonly centre: Float64Array;
  readonly axes: readonly [across: Axis, up: Axis];
}

/** Squared sine of the angle below which two directions count as the same. */
const SAME_DIRECTION_TOLERANCE = 1e-9;

/**
 * Maps plot coordinates back to latent space: of all points with these two coordinates, the one nearest to the centre. Along
 * principal components or latent dimensions, it shares all other coordinates with the centre. If both axes have the same
 * direction, only the first counts.
 * @param places x and y of each point @returns Nz numbers per point
 */
export function pointsAt(plane: LatentPlane, places: Float32Array): Float32Array {
  const { centre, axes } = plane;
  const [across, up] = axes;
  const n = centre.length;
  const solve = stepsOf(plane);
  const z = new Float32Array((places.length / 2) * n);
  for (let point = 0; point < places.length / 2; point++) {
    const [along, over] = solve(places[2 * point]! - across.offset, places[2 * point + 1]! - up.offset);
    for (let i = 0; i < n; i++)
      z[point * n + i] = centre[i]! + along * across.direction[i]! + over * up.direction[i]!;
  }
  return z;
}

/** Returns the plot coordinates of a latent point: direction · (z - centre) + offset on each axis. */
export function placeOf({ centre, axes }: LatentPlane, z: ArrayLike<number>): [x: number, y: number] {
  const [x, y] = axes.map(({ direction, offset }) =>
    direction.reduce((sum, value, i) => sum + value * (z[i]! - centre[i]!), offset),
  );
  return [x!, y!];
}

/**
 * Returns what of a latent point lies off the plane: z minus the point of the plane with the same coordinates. It is orthogonal to
 * both axes. So `pointsAt(plane, place) + t * offPlane(plane, z)` is the plane itself for t = 0, and z for t = 1 at the place of z.
 * @returns Nz numbers
 */
export function offPlane(plane: LatentPlane, z: ArrayLike<number>): Float64Array {
  const { centre, axes } = plane;
  const [across, up] = axes;
  const [x, y] = placeOf(plane, z);
  const [along, over] = stepsOf(plane)(x - across.offset, y - up.offset);
  return centre.map((value, i) => z[i]! - value - along * across.direction[i]! - over * up.direction[i]!);
}

/** Returns how far to go along each axis from the centre, for coordinates relative to those of the centre. */
function stepsOf({
  axes: [across, up],
}: LatentPlane): (a: number, b: number) => [along: number, over: number] {
  const cosine = across.direction.reduce((sum, value, i) => sum + value * up.direction[i]!, 0);
  const determinant = 1 - cosine * cosine;
  return (a, b) =>
    determinant < SAME_DIRECTION_TOLERANCE
      ? [a, 0]
      : [(a - cosine * b) / determinant, (b - cosine * a) / determinant];
}
