/** A known factor of variation, from which each datapoint was generated. */
export interface Factor {
  readonly name: string;
  /** Class values are integers from 0 without an order. */
  readonly kind: 'continuous' | 'class';
  /** One per datapoint. */
  readonly values: ArrayLike<number>;
}

/** Codes of datapoints, each a row of `dimensions` numbers: the representation being judged. */
export interface Codes {
  readonly count: number;
  readonly dimensions: number;
  /** count × dimensions, row-major. */
  readonly values: ArrayLike<number>;
}

/** Returns one dimension of all codes. */
export function column({ count, dimensions, values }: Codes, dimension: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => values[i * dimensions + dimension]!);
}

/** Returns the largest value minus the second largest, or the largest if there is no second. */
export function gap(values: readonly number[]): number {
  const [first = 0, second = 0] = [...values].sort((a, b) => b - a);
  return first - second;
}

/** Mean score, and scores by factor name. */
export interface FactorScores {
  readonly score: number;
  readonly perFactor: Readonly<Record<string, number>>;
}

export function scoresOf(factors: readonly Factor[], scoreOf: (factor: Factor) => number): FactorScores {
  const scores = factors.map((factor) => [factor.name, scoreOf(factor)] as const);
  const score = scores.reduce((sum, [, value]) => sum + value, 0) / scores.length;
  return { score, perFactor: Object.fromEntries(scores) };
}

/**
 * Checks codes and factors. @throws RangeError unless they describe the same datapoints, at least two, and there is a factor
 */
export function checkFactors(codes: Codes, factors: readonly Factor[]): void {
  if (codes.count < 2 || factors.length === 0) {
    throw new RangeError(
      `got ${codes.count} codes and ${factors.length} factors, expected at least two codes and a factor`,
    );
  }
  for (const { name, values } of factors) {
    if (values.length === codes.count) continue;
    throw new RangeError(
      `factor ${name}: got ${values.length} values, expected one for each of ${codes.count} codes`,
    );
  }
}
