/** Parameters of 1 / (1 + a x^2b), the closeness of two points of a layout as a function of their distance x. */
export interface Curve {
  readonly a: number;
  readonly b: number;
}

/** Number of points at which the curve is fitted, from 0 to `FIT_RANGE`. */
const FIT_POINTS = 300;
const FIT_RANGE = 3;
const MAX_ROUNDS = 100;

/**
 * Fits the curve by least squares to 1 up to `minDist` and exp(minDist - x) beyond it (McInnes, Healy & Melville, "UMAP",
 * arXiv:1802.03426, section 4.2, with a spread of 1), by the Levenberg-Marquardt method.
 */
export function curveFor(minDist: number): Curve {
  const places = Array.from({ length: FIT_POINTS }, (_, i) => (FIT_RANGE * i) / (FIT_POINTS - 1));
  const wanted = places.map((x) => (x < minDist ? 1 : Math.exp(minDist - x)));
  let curve: Curve = { a: 1, b: 1 };
  let error = squares(curve, places, wanted);
  let damping = 1e-3;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = stepFrom(curve, places, wanted, damping);
    const nextError = squares(next, places, wanted);
    // Both parameters are positive for any sensible curve; a step beyond that is too long.
    const isBetter = next.a > 0 && next.b > 0 && nextError < error;
    damping *= isBetter ? 0.1 : 10;
    if (isBetter) [curve, error] = [next, nextError];
  }
  return curve;
}

const valueAt = ({ a, b }: Curve, x: number): number => 1 / (1 + a * x ** (2 * b));

function squares(curve: Curve, places: readonly number[], wanted: readonly number[]): number {
  return places.reduce((sum, x, i) => sum + (valueAt(curve, x) - wanted[i]!) ** 2, 0);
}

/** Solves the damped normal equations for both parameters. */
function stepFrom(
  curve: Curve,
  places: readonly number[],
  wanted: readonly number[],
  damping: number,
): Curve {
  let [aa, ab, bb, ra, rb] = [0, 0, 0, 0, 0];
  places.forEach((x, i) => {
    if (x === 0) return;
    const value = valueAt(curve, x);
    const power = x ** (2 * curve.b);
    const byA = -value * value * power;
    const byB = -value * value * curve.a * power * 2 * Math.log(x);
    const residual = wanted[i]! - value;
    aa += byA * byA;
    ab += byA * byB;
    bb += byB * byB;
    ra += byA * residual;
    rb += byB * residual;
  });
  const [p, q] = [aa * (1 + damping), bb * (1 + damping)];
  const determinant = p * q - ab * ab;
  return {
    a: curve.a + (q * ra - ab * rb) / determinant,
    b: curve.b + (p * rb - ab * ra) / determinant,
  };
}
