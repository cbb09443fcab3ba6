import { expect, test } from 'vitest';
import { ChunkClock } from '../../src/training/chunk-clock';

test('chunks take a tenth of a second, and a quarter of that while requests come', async () => {
  let now = 0;
  let isInUse = false;
  const clock = new ChunkClock(
    () => now,
    0,
    () => isInUse,
  );
  expect(clock.next(1000)).toBe(1);
  await clock.time(10, () => Promise.resolve((now += 0.05)));
  expect(clock.next(1000)).toBe(20);
  isInUse = true;
  expect(clock.next(1000)).toBe(5);
  expect(clock.next(3)).toBe(3);
  // A step that takes longer than that is a chunk of its own.
  await clock.time(30, () => Promise.resolve((now += 30)));
  expect(clock.next(1000)).toBe(1);
});
