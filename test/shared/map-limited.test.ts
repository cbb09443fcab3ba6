import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mapLimited } from '../../src/shared/map-limited';

test('results keep the order of the items, and at most so many are worked on at once', async () => {
  let now = 0;
  let most = 0;
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++now);
    for (let i = 0; i < (item * 7) % 5; i++) await turn();
    now--;
    return item * 2;
  };
  const items = Array.from({ length: 50 }, (_, i) => i);
  expect(await mapLimited(items, 4, work)).toEqual(items.map((item) => item * 2));
  expect(most).toBe(4);
  expect(await mapLimited([], 4, work)).toEqual([]);
});

test('a failure is the result', async () => {
  const work = (item: number): Promise<number> =>
    item === 3 ? Promise.reject(new Error('three')) : Promise.resolve(item);
  await expect(mapLimited([1, 2, 3, 4], 2, work)).rejects.toThrow('three');
});
