import { checkFactors, column, gap, scoresOf } from './factor';
import type { Codes, Factor, FactorScores } from './factor';

/** Pieces into which a dimension is cut to separate classes. */
const CUTS = 20;

/** Returns R² of the linear regression of one on the other, from 0 to 1; 0 if either does not vary. */
function determination(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const count = x.length;
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / count;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? (xy * xy) / (xx * yy) : 0;
}

/**
 * Returns how well thresholds on one dimension separate the classes: balanced accuracy, the mean over classes. Thresholds cut
 * the dimension at quantiles, and each piece votes for its most over-represented class. Every other datapoint fits thresholds
 * and votes, the rest measure the accuracy.
 */
function separability(x: Float64Array, classes: ArrayLike<number>): number {
  const even = x.filter((_, i) => i % 2 === 0).sort();
  const thresholds = Array.from(
    { length: CUTS - 1 },
    (_, i) => even[Math.floor(((i + 1) * even.length) / CUTS)]!,
  );
  const pieceOf = (value: number): number => thresholds.filter((threshold) => value >= threshold).length;
  const classCount = Math.max(...Array.from(classes)) + 1;
  const votes = Array.from({ length: CUTS }, () => new Float64Array(classCount));
  const sizes = new Float64Array(classCount);
  for (let i = 0; i < x.length; i += 2) {
    votes[pieceOf(x[i]!)]![classes[i]!]! += 1;
    sizes[classes[i]!]! += 1;
  }
  const share = (piece: number, c: number): number => (sizes[c]! > 0 ? votes[piece]![c]! / sizes[c]! : 0);
  const winners = votes.map((_, piece) => {
    let best = 0;
    for (let c = 1; c < classCount; c++) if (share(piece, c) > share(piece, best)) best = c;
    return best;
  });
  const [right, all] = [new Float64Array(classCount), new Float64Array(classCount)];
  for (let i = 1; i < x.length; i += 2) {
    all[classes[i]!]! += 1;
    if (winners[pieceOf(x[i]!)] === classes[i]) right[classes[i]!]! += 1;
  }
  const rates = Array.from(all.keys())
    .filter((c) => all[c]! > 0)
    .map((c) => right[c]! / all[c]!);
  return rates.reduce((sum, rate) => sum + rate, 0) / Math.max(1, rates.length);
}

/**
 * Computes the separated attribute predictability (Kumar, Sattigeri & Balakrishnan 2018): how well the best single dimension
 * predicts a factor minus how well the second best does, from 0 to 1. Continuous factors use linear regression (R²), classes
 * thresholds on the dimension (balanced accuracy). @throws RangeError as `checkFactors` does
 */
export function separatedAttributePredictability(codes: Codes, factors: readonly Factor[]): FactorScores {
  checkFactors(codes, factors);
  const dimensions = Array.from({ length: codes.dimensions }, (_, d) => column(codes, d));
  return scoresOf(factors, ({ kind, values }) =>
    gap(dimensions.map((x) => (kind === 'class' ? separability(x, values) : determination(x, values)))),
  );
}
