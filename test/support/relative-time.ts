import { ownProcessorTime } from './processor-time';

/** Returns the middle one, of an even number the higher of the two in the middle. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/**
 * Runs several works in turn and compares the processor times of each with those of the first. Times of one turn are divided by each other
 * before the median is taken: what slows the processor for a while, such as another program in its caches, slows all works of a turn.
 * @param works the first is the yardstick
 * @param now processor time so far, in any unit
 * @returns a ratio for each work but the first
 */
export async function relativeTimes(
  works: Readonly<Record<string, () => Promise<unknown>>>,
  rounds: number,
  now: () => number = ownProcessorTime,
): Promise<Record<string, number>> {
  const names = Object.keys(works);
  const turns: Record<string, number>[] = [];
  // The first round warms up.
  for (let round = -1; round < rounds; round++) {
    const times: Record<string, number> = {};
    for (const name of names) {
      const start = now();
      await works[name]!();
      times[name] = now() - start;
    }
    if (round >= 0) turns.push(times);
  }
  const [yardstick, ...others] = names;
  return Object.fromEntries(
    others.map((name) => [name, median(turns.map((times) => times[name]! / times[yardstick!]!))]),
  );
}

/** @returns what takes longer than `limit` times its recorded ratio, a line each; what has no record is one of them */
export function slower(
  measured: Readonly<Record<string, number>>,
  recorded: Readonly<Record<string, number>>,
  limit: number,
): string[] {
  return Object.entries(measured).flatMap(([name, ratio]) => {
    const before = recorded[name];
    if (before === undefined) return [`${name}: ${ratio.toFixed(3)}, and nothing is recorded`];
    return ratio <= limit * before
      ? []
      : [
          `${name}: ${ratio.toFixed(3)} is ${(ratio / before).toFixed(2)} times the recorded ${before}, expected at most ${limit} times`,
        ];
  });
}
