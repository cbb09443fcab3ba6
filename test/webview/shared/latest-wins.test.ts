import { expect, test } from 'vitest';
import { latestWins } from '../../../webview/shared/latest-wins';

test('one call under way, and only the newest of the rest follows', async () => {
  const seen: number[] = [];
  let release = (): void => {};
  const request = latestWins<number>(async (value) => {
    seen.push(value);
    await new Promise<void>((resolve) => (release = resolve));
  });
  for (const value of [1, 2, 3, 4]) request(value);
  expect(seen).toEqual([1]);
  release();
  // A turn of the loop, no time.
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(seen).toEqual([1, 4]);
  release();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(seen).toEqual([1, 4]);
});
