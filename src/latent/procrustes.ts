import { singularPairs } from './linear-algebra/singular-values';

/**
 * Returns the orthogonal matrix R that maps points closest to their partners: it minimises the sum of |x R - y|² over all d × d
 * matrices with R Rᵀ = 1, i.e. rotations about the origin and reflections (Schönemann 1966). No translation and no scale: the
 * prior N(0, I) is invariant under such R alone, so only they turn a model into an equally good one.
 * @param from n points of d numbers @param to their partners @returns d × d, row-major @throws RangeError for unequal sizes
 */
export function procrustes(from: Float32Array, to: Float32Array, d: number): Float64Array {
  if (from.length !== to.length || from.length % d !== 0) {
    throw new RangeError(
      `points: got ${from.length} and ${to.length} numbers, expected as many, of ${d} each`,
    );
  }
  const products = new Float64Array(d * d);
  for (let start = 0; start < from.length; start += d) {
    for (let i = 0; i < d; i++) {
      const x = from[start + i]!;
      for (let j = 0; j < d; j++) products[i * d + j]! += x * to[start + j]!;
    }
  }
  const { left, right } = singularPairs(products, d);
  const rotation = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    for (let i = 0; i < d; i++) {
      const u = left[k * d + i]!;
      for (let j = 0; j < d; j++) rotation[i * d + j]! += u * right[k * d + j]!;
    }
  }
  return rotation;
}

/** Returns x R for each point. @param points n points of d numbers @param matrix d × d, row-major */
export function transformed(points: Float32Array, matrix: Float64Array, d: number): Float32Array {
  const result = new Float32Array(points.length);
  for (let start = 0; start < points.length; start += d) {
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += points[start + i]! * matrix[i * d + j]!;
      result[start + j] = sum;
    }
  }
  return result;
}
