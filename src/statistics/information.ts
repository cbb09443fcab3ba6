/** Assigns values to equal-width bins between the smallest and the largest value; all 0 if these are equal. */
export function binned(values: ArrayLike<number>, bins: number): Int32Array {
  let [least, largest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]!);
    largest = Math.max(largest, values[i]!);
  }
  const width = (largest - least) / bins;
  // The largest value belongs to the last bin.
  return Int32Array.from({ length: values.length }, (_, i) =>
    width > 0 ? Math.min(bins - 1, Math.floor((values[i]! - least) / width)) : 0,
  );
}

function frequencies(symbols: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return counts;
}

/** Returns H = - sum of p log p over the symbols' frequencies, in nats; >= 0. */
export function entropy(symbols: Int32Array): number {
  let sum = 0;
  for (const count of frequencies(symbols).values()) {
    const p = count / symbols.length;
    sum -= p * Math.log(p);
  }
  return sum;
}

/**
 * Returns I(a; b) = H(a) + H(b) - H(a, b) of the symbols' frequencies, in nats; >= 0. Biased upwards for few samples, by about
 * (bins - 1)² / (2 n) for independent symbols.
 */
export function mutualInformation(a: Int32Array, b: Int32Array): number {
  let largest = 0;
  for (const symbol of b) largest = Math.max(largest, symbol);
  const joint = a.map((symbol, i) => symbol * (largest + 1) + b[i]!);
  return Math.max(0, entropy(a) + entropy(b) - entropy(joint));
}
