import { randomInt } from 'node:crypto';

/**
 * Returns the seed of a test run's order: the number after `--seed`, or else a random one.
 * @param {readonly string[]} args
 * @returns {{ seed: number, rest: string[] }} `rest`: the other arguments
 */
export function seedIn(args) {
  const at = args.indexOf('--seed');
  if (at < 0) return { seed: randomInt(1, 1_000_000), rest: [...args] };
  const seed = Number(args[at + 1]);
  if (!Number.isInteger(seed) || seed < 0)
    throw new Error(`--seed: got ${args[at + 1] ?? 'nothing'}, expected a whole number from 0`);
  return { seed, rest: args.toSpliced(at, 2) };
}
