import { expect, test } from 'vitest';
import { coalesced } from '../../src/shared/coalesced';

/** Runs that end when they are told to. */
function runs() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const call = coalesced(() => new Promise((resolve, reject) => ends.push({ resolve, reject })));
  return { ends, call };
}

test('calls during a run share the next one, which begins after it', async () => {
  const { ends, call } = runs();
  const first = call();
  expect(call.current).toBe(first);
  const [second, third] = [call(), call()];
  expect(second).toBe(third);
  expect(ends).toHaveLength(1);
  ends[0]!.resolve();
  await first;
  await Promise.resolve();
  expect(ends).toHaveLength(2);
  ends[1]!.resolve();
  await second;
  expect(call.current).toBeNull();
});

test('a run that fails ends, and the next call runs again', async () => {
  const { ends, call } = runs();
  const first = call();
  ends[0]!.reject(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  const second = call();
  expect(ends).toHaveLength(2);
  ends[1]!.resolve();
  await second;
});
