import { expect, test } from 'vitest';
import { eventually, until } from './eventually';
import { ownProcessorTime } from './processor-time';
import { addWitness, underWatch, watch } from './progress';

/** Milliseconds of stillness after which the watches of these tests fire; time is what they are about. */
const STILL = 400;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('a wait for what never comes ends, with what moved last', async () => {
  const waits = underWatch(async () => {
    watch().moved('row 7');
    await new Promise(() => undefined);
  }, STILL);
  await expect(waits).rejects.toThrow('nothing moved for 0.4 s; before that: row 7');
});

test('it has no clock while something moves', async () => {
  const seconds = async (): Promise<string> => {
    for (let i = 0; i < 12; i++) {
      await pause(STILL / 4);
      watch().moved(`row ${i}`);
    }
    return 'done';
  };
  expect(await underWatch(seconds, STILL)).toBe('done');
});

test('time in which this process was not run is not counted', async () => {
  const held = async (): Promise<string> => {
    // As a machine does that has others to run: no timer of this process fires meanwhile, and it does no work.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * STILL);
    await pause(STILL / 4);
    return 'done';
  };
  expect(await underWatch(held, STILL)).toBe('done');
});

test('`eventually` waits for what changes on and on, and says of what it saw last that it is not enough', async () => {
  let rows = 0;
  const counts = setInterval(() => rows < 20 && rows++, STILL / 8);
  try {
    await underWatch(() => eventually(() => rows).toBe(12), STILL);
    const tooMany = underWatch(() => eventually(() => rows).toBe(30), STILL);
    await expect(tooMany).rejects.toThrow(/nothing moved for 0\.4 s[^]*expected 20 to be 30/);
  } finally {
    clearInterval(counts);
  }
});

test('what is read may throw until it is there', async () => {
  let there = false;
  const read = (): string => {
    if (!there) throw new Error('not yet');
    return 'it';
  };
  setTimeout(() => (there = true), 50);
  await eventually(read).not.toBe('');
  await expect(underWatch(() => until(() => Promise.reject(new Error('never'))), STILL)).rejects.toThrow(
    'never',
  );
});

test('a page that asks and comes back to the same does not move; what waits for it ends with its own words', async () => {
  let fail = (): void => undefined;
  const click = new Promise((_, reject) => (fail = () => reject(new Error('waiting for .button'))));
  const forget = addWitness({
    moved: () => Promise.resolve(3),
    describe: () => Promise.resolve('what was seen: a.png'),
    release: () => Promise.resolve(fail()),
  });
  try {
    const waits = underWatch(() => click, STILL);
    await expect(waits).rejects.toThrow(
      /nothing moved for 0\.4 s.*\nwhat was seen: a\.png\nwaiting for \.button/,
    );
  } finally {
    forget();
  }
});

test('a look that takes long is no movement', async () => {
  const forget = addWitness({
    moved: () => {
      const begin = ownProcessorTime();
      while (ownProcessorTime() - begin < STILL / 10);
      return Promise.resolve(7);
    },
    describe: () => Promise.resolve('what was seen: b.png'),
    release: () => Promise.resolve(),
  });
  try {
    const waits = underWatch(() => new Promise(() => undefined), STILL);
    await expect(waits).rejects.toThrow('what was seen: b.png');
  } finally {
    forget();
  }
});
