import { checkFactors, column } from './factor';
import type { Codes, Factor } from './factor';
import { lasso, standardised } from './lasso';

/** Lasso penalty for standardised codes and factors; smaller weights are noise. */
const LASSO_PENALTY = 0.02;

export interface Dci {
  /** Degree to which each dimension predicts only one factor; 0 to 1. */
  readonly disentanglement: number;
  /** Degree to which only one dimension predicts each factor; 0 to 1. */
  readonly completeness: number;
  /** R² of the regressions, averaged over the factors; 0 to 1. */
  readonly informativeness: number;
  /** Absolute weight of each dimension (row) in the regression of each factor (column). */
  readonly importance: readonly (readonly number[])[];
}

/** Returns 1 - H(p) / log n for p proportional to the values: 1 if only one value is not 0, 0 if all are equal or all are 0. */
function concentration(values: readonly number[]): number {
  const total = values.reduce((a, b) => a + b, 0);
  if (total === 0) return 0;
  if (values.length === 1) return 1;
  const entropy = values.reduce((sum, value) => {
    const p = value / total;
    return p > 0 ? sum - p * Math.log(p) : sum;
  }, 0);
  return 1 - entropy / Math.log(values.length);
}

/** Returns the regression targets of a factor: its values, or for a class one indicator per value. */
function targets({ kind, values }: Factor): Float64Array[] {
  if (kind === 'continuous') return [standardised(values)];
  const all = Array.from(values);
  return [...new Set(all)]
    .sort((a, b) => a - b)
    .map((c) => standardised(all.map((value) => Number(value === c))));
}

interface Fit {
  readonly weights: readonly number[];
  readonly determination: number;
}

function fit(columns: readonly Float64Array[], factor: Factor): Fit {
  const fits = targets(factor).map((y) => {
    const weights = lasso(columns, y, LASSO_PENALTY);
    let [rest, all] = [0, 0];
    y.forEach((value, i) => {
      const predicted = columns.reduce((sum, x, j) => sum + weights[j]! * x[i]!, 0);
      rest += (value - predicted) ** 2;
      all += value * value;
    });
    return { weights, determination: all > 0 ? 1 - rest / all : 0 };
  });
  const mean = (of: (each: (typeof fits)[number]) => number): number =>
    fits.reduce((sum, each) => sum + of(each), 0) / fits.length;
  return {
    weights: columns.map((_, j) => mean(({ weights }) => Math.abs(weights[j]!))),
    determination: mean(({ determination }) => determination),
  };
}

/**
 * Computes disentanglement, completeness and informativeness (Eastwood & Williams 2018) by a lasso regression of each factor on
 * all dimensions (for a class, the mean over one regression per value). Disentanglement is the mean over dimensions, weighted
 * by their share of the total importance; completeness and informativeness are means over the factors. The regression is
 * linear: nonlinear dependence does not count.
 * @throws RangeError as `checkFactors` does
 */
export function disentanglementCompletenessInformativeness(codes: Codes, factors: readonly Factor[]): Dci {
  checkFactors(codes, factors);
  const columns = Array.from({ length: codes.dimensions }, (_, d) => standardised(column(codes, d)));
  const fits = factors.map((factor) => fit(columns, factor));
  const importance = columns.map((_, d) => fits.map(({ weights }) => weights[d]!));
  const shares = importance.map((row) => row.reduce((a, b) => a + b, 0));
  const total = shares.reduce((a, b) => a + b, 0);
  const mean = (of: (each: Fit) => number): number =>
    fits.reduce((sum, each) => sum + of(each), 0) / fits.length;
  return {
    disentanglement:
      total > 0 ? importance.reduce((sum, row, d) => sum + (shares[d]! / total) * concentration(row), 0) : 0,
    completeness: mean(({ weights }) => concentration(weights)),
    informativeness: mean(({ determination }) => determination),
    importance,
  };
}
