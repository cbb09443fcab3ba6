import { checkFactors, column, gap, scoresOf } from './factor';
import type { Codes, Factor, FactorScores } from './factor';
import { binned, entropy, mutualInformation } from './information';

/** Histogram bins of a dimension of the codes, or of a continuous factor. */
const BINS = 20;

/**
 * Computes the mutual information gap (Chen, Li, Grosse & Duvenaud 2018): for each factor v, the information about it in the
 * best dimension minus that in the second best, divided by the factor's entropy: (I(z_1; v) - I(z_2; v)) / H(v), from 0 to 1.
 * Information and entropy are those of histograms of the codes. 1 if each factor is known from one dimension alone.
 * @throws RangeError as `checkFactors` does
 */
export function mutualInformationGap(codes: Codes, factors: readonly Factor[]): FactorScores {
  checkFactors(codes, factors);
  const dimensions = Array.from({ length: codes.dimensions }, (_, d) => binned(column(codes, d), BINS));
  return scoresOf(factors, ({ kind, values }) => {
    const symbols = kind === 'class' ? Int32Array.from(values) : binned(values, BINS);
    const total = entropy(symbols);
    const known = dimensions.map((dimension) => mutualInformation(dimension, symbols));
    return total > 0 ? gap(known) / total : 0;
  });
}
