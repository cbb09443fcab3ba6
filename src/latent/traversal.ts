/** A coordinate to replace, and its new value. */
export interface Edit {
  readonly dimension: number;
  readonly value: number;
}

function checkDimension(dimension: number, latent: number): void {
  if (!Number.isInteger(dimension) || dimension < 0 || dimension >= latent) {
    throw new RangeError(`dimension: got ${dimension}, expected a whole number from 0 to ${latent - 1}`);
  }
}

/** Returns `point` with some coordinates replaced; Nz numbers. @throws RangeError if a dimension does not exist */
export function edited(point: Float32Array, edits: readonly Edit[]): Float32Array {
  const result = point.slice();
  for (const { dimension, value } of edits) {
    checkDimension(dimension, point.length);
    result[dimension] = value;
  }
  return result;
}

/**
 * Returns points that differ from `centre` in one coordinate only, which takes each of `values`.
 * @returns values.length × Nz @throws RangeError if the dimension does not exist
 */
export function traversal(centre: Float32Array, dimension: number, values: Float32Array): Float32Array {
  checkDimension(dimension, centre.length);
  const z = new Float32Array(values.length * centre.length);
  values.forEach((value, i) => {
    z.set(centre, i * centre.length);
    z[i * centre.length + dimension] = value;
  });
  return z;
}
