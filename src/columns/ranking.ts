/** The place of a value among others. */
export interface Rank {
  /** 1 for the highest: one more than the number of higher values. Equal values share a rank. */
  readonly rank: number;
  /** Number of values. */
  readonly of: number;
  /** Fraction of the values that are lower. */
  readonly below: number;
}

/** Returns the finite values in ascending order. */
export function ascending(values: Float32Array): Float32Array {
  return values.filter((value) => Number.isFinite(value)).sort();
}

/** @param sorted values in ascending order @param value one of them, or another value that is ranked among them */
export function rankAmong(sorted: Float32Array, value: number): Rank {
  const of = sorted.length;
  const higher = of - countWhile(sorted, (other) => other <= value);
  return { rank: higher + 1, of, below: of === 0 ? 0 : countBelow(sorted, value) / of };
}

/** Returns how many of the sorted values are below `value`. */
export function countBelow(sorted: Float32Array, value: number): number {
  return countWhile(sorted, (other) => other < value);
}

/** Returns the number of values at the start of which a test holds, which must hold for none after them. */
function countWhile(sorted: Float32Array, test: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
