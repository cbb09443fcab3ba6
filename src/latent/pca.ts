import { eigenpairs } from './linear-algebra/symmetric-eigen';

/** Directions in which points vary most, and their variances. */
export interface PrincipalComponents {
  /** Mean of the points; d numbers. */
  readonly mean: Float64Array;
  /** Row k is the unit direction of component k; its element of largest magnitude is positive. d × d. */
  readonly directions: Float64Array;
  /** Variance (1 / n) along each direction, descending. */
  readonly variances: Float64Array;
}

/** Accumulator of the mean and covariance of points added in batches, in double precision. */
export class Covariance {
  private count = 0;
  private origin: Float64Array | null = null;
  private readonly sums: Float64Array;
  /** Only the upper half is filled. */
  private readonly products: Float64Array;
  private readonly point: Float64Array;

  /** @param dimensions d, numbers per point */
  constructor(private readonly dimensions: number) {
    this.sums = new Float64Array(dimensions);
    this.products = new Float64Array(dimensions * dimensions);
    this.point = new Float64Array(dimensions);
  }

  /** Adds points. @param rows any number of points, d numbers each */
  add(rows: Float32Array): void {
    const { dimensions: d, sums, products, point } = this;
    // Sums are relative to the first point, to avoid cancellation if the mean is far from zero.
    const origin = (this.origin ??= Float64Array.from(rows.subarray(0, d)));
    for (let start = 0; start < rows.length; start += d) {
      for (let i = 0; i < d; i++) sums[i]! += point[i] = rows[start + i]! - origin[i]!;
      for (let i = 0; i < d; i++) {
        const value = point[i]!;
        for (let j = i; j < d; j++) products[i * d + j]! += value * point[j]!;
      }
      this.count++;
    }
  }

  /** Returns the principal components. @throws RangeError if there are no points */
  components(): PrincipalComponents {
    const { dimensions: d, count, origin, sums, products } = this;
    if (origin === null) throw new RangeError('principal components: got no point, expected at least one');
    const matrix = new Float64Array(d * d);
    for (let i = 0; i < d; i++) {
      for (let j = i; j < d; j++) {
        const value = products[i * d + j]! / count - (sums[i]! / count) * (sums[j]! / count);
        matrix[i * d + j] = matrix[j * d + i] = value;
      }
    }
    const { values, vectors } = eigenpairs(matrix, d);
    return {
      mean: origin.map((value, i) => value + sums[i]! / count),
      directions: vectors,
      variances: values.map((value) => Math.max(0, value)),
    };
  }
}

/**
 * Returns the coordinates of points along component `k`, relative to the mean.
 * @param rows points of d numbers @returns one number per point
 */
export function project(
  { mean, directions }: PrincipalComponents,
  rows: Float32Array,
  k: number,
): Float32Array {
  const d = mean.length;
  const direction = directions.subarray(k * d, (k + 1) * d);
  const result = new Float32Array(rows.length / d);
  for (let point = 0; point < result.length; point++) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += (rows[point * d + i]! - mean[i]!) * direction[i]!;
    result[point] = sum;
  }
  return result;
}
