/** Maximum sweeps over the weights; each solves for one weight after the other. */
const MAX_SWEEPS = 1000;
/** Largest change of a weight at which a sweep is the last. */
const WEIGHT_TOLERANCE = 1e-7;

const threshold = (value: number, by: number): number => Math.sign(value) * Math.max(0, Math.abs(value) - by);

/**
 * Returns the lasso's weights w, which minimise 1/(2n) |y - X w|² + penalty * sum of |w|, by coordinate descent.
 * @param columns of X, each with mean 0 and variance 1, or all 0 @param y with mean 0
 */
export function lasso(columns: readonly Float64Array[], y: Float64Array, penalty: number): Float64Array {
  const count = y.length;
  const weights = new Float64Array(columns.length);
  const residual = y.slice();
  for (let sweep = 0, moved = Infinity; sweep < MAX_SWEEPS && moved > WEIGHT_TOLERANCE; sweep++) {
    moved = 0;
    columns.forEach((x, j) => {
      const before = weights[j]!;
      let product = 0;
      let size = 0;
      for (let i = 0; i < count; i++) {
        product += x[i]! * (residual[i]! + before * x[i]!);
        size += x[i]! * x[i]!;
      }
      const after = size > 0 ? threshold(product / count, penalty) / (size / count) : 0;
      if (after === before) return;
      for (let i = 0; i < count; i++) residual[i]! -= (after - before) * x[i]!;
      weights[j] = after;
      moved = Math.max(moved, Math.abs(after - before));
    });
  }
  return weights;
}

/** Standardises values to mean 0 and variance 1 (divisor n); all 0 if they do not vary. */
export function standardised(values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
  return all.map((value) => (deviation > 1e-12 ? (value - mean) / deviation : 0));
}
