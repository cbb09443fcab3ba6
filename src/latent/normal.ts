/**
 * Coefficients of P. J. Acklam's rational approximation to the inverse normal distribution function. Its relative error is
 * below 1.2e-9.
 */
const CENTRE_NUMERATOR = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const CENTRE_DENOMINATOR = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
];
const TAIL_NUMERATOR = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.37466414146497,
  2.938163982698783,
];
const TAIL_DENOMINATOR = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
const TAIL = 0.02425;

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((value, coefficient) => value * x + coefficient, 0);

/** Returns z with P(Z < z) = p for Z ~ N(0, 1). @throws RangeError unless 0 < p < 1 */
export function inverseNormal(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p: got ${p}, expected a number between 0 and 1`);
  if (p > 0.5) return -inverseNormal(1 - p);
  if (p < TAIL) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL_NUMERATOR, q) / polynomial(TAIL_DENOMINATOR, q);
  }
  const q = p - 0.5;
  return (q * polynomial(CENTRE_NUMERATOR, q * q)) / polynomial(CENTRE_DENOMINATOR, q * q);
}

/** Returns the quantiles of N(0, 1) in the middle of `count` intervals of equal mass, ascending. */
export function normalQuantiles(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => inverseNormal((i + 0.5) / count));
}
