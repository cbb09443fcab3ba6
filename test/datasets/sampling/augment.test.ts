import { expect, test } from 'vitest';
import { augment, isAugmented } from '../../../src/datasets/sampling/augment';
import { RandomStream } from '../../../src/random/stream';

const shape = { width: 4, height: 3, channels: 3 } as const;
const image = Uint8Array.from({ length: 36 }, (_, i) => i);
/** No distance, not mirrored. */
const MIDDLE = [0.5, 0.5, 0.5];

/** The first channel, row by row; a value is 3 * (4 * y + x). */
const red = (bytes: Uint8Array): number[][] =>
  [0, 1, 2].map((y) => [0, 1, 2, 3].map((x) => bytes[3 * (4 * y + x)]! / 3));

test('nothing is the default, and changes nothing', () => {
  expect(isAugmented({ shift: 0, flip: false })).toBe(false);
  expect(isAugmented({ shift: 1, flip: false })).toBe(true);
  expect(isAugmented({ shift: 0, flip: true })).toBe(true);
  expect(augment(image, shape, { shift: 0, flip: false }, [0.99, 0.01, 0.01])).toEqual(image);
  expect(augment(image, shape, { shift: 2, flip: true }, MIDDLE)).toEqual(image);
});

test('moved right and down by one: the edges come in again', () => {
  const moved = augment(image, shape, { shift: 1, flip: false }, [0.9, 0.9, 0]);
  expect(red(moved)).toEqual([
    [0, 0, 1, 2],
    [0, 0, 1, 2],
    [4, 4, 5, 6],
  ]);
});

test('moved left and up by two', () => {
  const moved = augment(image, shape, { shift: 2, flip: false }, [0.01, 0.01, 0]);
  expect(red(moved)).toEqual([
    [10, 11, 11, 11],
    [10, 11, 11, 11],
    [10, 11, 11, 11],
  ]);
});

test('mirrored left to right, pixels whole', () => {
  const mirrored = augment(image, shape, { shift: 0, flip: true }, [0.5, 0.5, 0.4]);
  expect(red(mirrored)[0]).toEqual([3, 2, 1, 0]);
  expect([...mirrored.subarray(0, 3)]).toEqual([9, 10, 11]);
  expect(augment(mirrored, shape, { shift: 0, flip: true }, [0.5, 0.5, 0.4])).toEqual(image);
});

test('all distances to both sides and both mirrorings are as likely', () => {
  const stream = new RandomStream(3, 'augment');
  const draws = 8000;
  const seen = new Map<string, number>();
  // A single bright pixel in the middle of 5 x 5.
  const dot = new Uint8Array(25);
  dot[12] = 255;
  for (let i = 0; i < draws; i++) {
    const result = augment(
      dot,
      { width: 5, height: 5, channels: 1 },
      { shift: 1, flip: false },
      stream.uniforms(i, 3),
    );
    const at = result.indexOf(255);
    seen.set(`${at % 5},${Math.floor(at / 5)}`, (seen.get(`${at % 5},${Math.floor(at / 5)}`) ?? 0) + 1);
  }
  expect([...seen.keys()].sort()).toEqual(['1,1', '1,2', '1,3', '2,1', '2,2', '2,3', '3,1', '3,2', '3,3']);
  const error = Math.sqrt(draws * (1 / 9) * (8 / 9));
  for (const count of seen.values()) expect(Math.abs(count - draws / 9)).toBeLessThan(5 * error);
});
