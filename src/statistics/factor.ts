/** A known factor of variation: what each datapoint was made from. */
export interface Factor {
  readonly name: string;
  /** Values of a class are whole numbers from 0 and have no order. */
  readonly kind: 'continuous' | 'class';
  /** One for each datapoint. */
  readonly values: ArrayLike<number>;
}

/** Codes of datapoints, each a row of `dimensions` numbers: what a representation is judged by. */
export interface Codes {
  readonly count: number;
  readonly dimensions: number;
  /** count × dimensions, row by row. */
  readonly values: ArrayLike<number>;
}

/** One dimension of all codes. */
export function column({ count, dimensions, values }: Codes, dimension: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => values[i * dimensions + dimension]!);
}

/** The largest value less the second largest; the largest itself where there is no second. */
export function gap(values: readonly number[]): number {
  const [first = 0, second = 0] = [...values].sort((a, b) => b - a);
  return first - second;
}

/** Names and scores in the order of the factors, and their mean. */
export interface FactorScores {
  readonly score: number;
  readonly perFactor: Readonly<Record<string, number>>;
}

export function scoresOf(factors: readonly Factor[], scoreOf: (factor: Factor) => number): FactorScores {
  const scores = factors.map((factor) => [factor.name, scoreOf(factor)] as const);
  const score = scores.reduce((sum, [, value]) => sum + value, 0) / scores.length;
  return { score, perFactor: Object.fromEntries(scores) };
}

/** @throws RangeError where codes and factors are not of the same datapoints, or there is nothing to judge */
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
