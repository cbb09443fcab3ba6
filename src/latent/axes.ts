/** A coordinate of latent points z: direction · (z - centre) + offset, with one `centre` for all axes. */
export interface Axis {
  /** Unit vector of Nz numbers. */
  readonly direction: Float64Array;
  /** Coordinate of the centre. */
  readonly offset: number;
}

/** Squared sine of the angle below which two directions count as the same. */
const SAME_DIRECTION_TOLERANCE = 1e-9;

/**
 * Maps plot coordinates back to latent space: of all points with these two coordinates, the one nearest to the centre. Along
 * principal components or latent dimensions, it shares all other coordinates with the centre. If both axes have the same
 * direction, only the first counts.
 * @param places x and y of each point @returns Nz numbers per point
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
      determinant < SAME_DIRECTION_TOLERANCE
        ? [a, 0]
        : [(a - cosine * b) / determinant, (b - cosine * a) / determinant];
    for (let i = 0; i < n; i++)
      z[point * n + i] = centre[i]! + along * across.direction[i]! + over * up.direction[i]!;
  }
  return z;
}
