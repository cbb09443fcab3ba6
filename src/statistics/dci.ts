import { checkFactors, column } from './factor';
import type { Codes, Factor } from './factor';
import { lasso, standardised } from './lasso';

/** On standardised codes and factors: weights smaller than this are noise. */
const LASSO_PENALTY = 0.02;

export interface Dci {
  /** Whether a dimension says something of one factor only; 0 to 1. */
  readonly disentanglement: number;
  /** Whether a factor is told by one dimension only; 0 to 1. */
  readonly completeness: number;
  /** R² of the regressions, mean over the factors; 0 to 1. */
  readonly informativeness: number;
  /** Weight of each dimension (row) in the regression of each factor (column), without its sign. */
  readonly importance: readonly (readonly number[])[];
}

/** 1 - H(p) / log n of values in proportion to p: 1 where one has all, 0 where all have the same or there are none. */
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

/** What is regressed for a factor: itself, or for a class one truth for each of its values. */
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
 * Disentanglement, completeness and informativeness (Eastwood & Williams 2018) with a lasso regression of each factor on all
 * dimensions (a class: the mean over one regression for each of its values). Disentanglement is the mean over dimensions,
 * each weighted by its share of all importance; completeness and informativeness are means over the factors. Linear: what
 * is known only along a curve counts as not known.
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
