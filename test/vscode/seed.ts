import { createHash, randomInt } from 'node:crypto';

export const newSeed = (): number => randomInt(1_000_000);

/** The same items in an order that the seed decides, whatever else there is. */
export function shuffled<T>(items: readonly T[], seed: number, name: (item: T) => string): T[] {
  const key = (item: T): string =>
    createHash('sha256')
      .update(`${seed} ${name(item)}`)
      .digest('hex');
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}
