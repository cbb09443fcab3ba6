import type { PrincipalComponents } from './pca';

/** Share of the largest variance below which points do not vary along a component: what rounding leaves of single precision. */
const VARIANCE_TOLERANCE = 1e-10;

/** A principal component of some points. */
export interface SpreadAxis {
  /** Unit vector of d numbers. */
  readonly direction: Float64Array;
  /** Standard deviation (1 / n) of the points along it. */
  readonly deviation: number;
  /** Fraction of the points' variance. */
  readonly share: number;
}

/** Returns the first components along which the points vary, at most `limit`. */
export function spreadAxes(
  { mean, directions, variances }: PrincipalComponents,
  limit: number,
): SpreadAxis[] {
  const d = mean.length;
  const whole = variances.reduce((sum, value) => sum + value, 0);
  const least = VARIANCE_TOLERANCE * variances[0]!;
  return Array.from(variances.subarray(0, limit).keys())
    .filter((k) => variances[k]! > least)
    .map((k) => ({
      direction: directions.subarray(k * d, (k + 1) * d),
      deviation: Math.sqrt(variances[k]!),
      share: variances[k]! / whole,
    }));
}

/**
 * Returns the points mean + step · deviation · direction for each axis and, within it, each step.
 * @param steps in standard deviations @returns axes × steps × d
 */
export function spreadGrid(
  mean: Float64Array,
  axes: readonly SpreadAxis[],
  steps: Float32Array,
): Float32Array {
  const d = mean.length;
  const z = new Float32Array(axes.length * steps.length * d);
  axes.forEach(({ direction, deviation }, row) =>
    steps.forEach((step, column) => {
      const start = (row * steps.length + column) * d;
      for (let i = 0; i < d; i++) z[start + i] = mean[i]! + step * deviation * direction[i]!;
    }),
  );
  return z;
}
