/** A coordinate of a point z of latent space: direction · (z - centre) + offset, where `centre` is common to all. */
export interface Axis {
  /** Of length 1; Nz numbers. */
  readonly direction: Float64Array;
  /** The coordinate of the centre. */
  readonly offset: number;
}

/** Below this, two directions count as one: the sine of the angle between them, squared. */
const SAME_DIRECTION_TOLERANCE = 1e-9;

/**
 * The way back from a plot of two coordinates: of all points with these coordinates the one nearest to the centre. Along
 * principal components, or latent dimensions, it has all others as the centre has them. Where both axes are the same
 * direction, the first alone counts.
 * @param places x and y of each point @returns a point of Nz numbers for each
 */
export function pointsAt(
  centre: Float64Array,
  [across, up]: readonly [Axis, Axis],
  places: Float32Array,
): Float32Array {
  const n = centre.length;
  let cosine = 0;
  for (let i = 0; i < n; i++) cosine += across.direction[i]! * up.direction[i]!;
  const determinant = 1 - cosine * cosine;
  const z = new Float32Array((places.length / 2) * n);
  for (let point = 0; point < places.length / 2; point++) {
    const a = places[2 * point]! - across.offset;
    const b = places[2 * point + 1]! - up.offset;
    const [along, over] =
      determinant < SAME_DIRECTION_TOLERANCE ? [a, 0] : [(a - cosine * b) / determinant, (b - cosine * a) / determinant];
    for (let i = 0; i < n; i++)
      z[point * n + i] = centre[i]! + along * across.direction[i]! + over * up.direction[i]!;
  }
  return z;
}
