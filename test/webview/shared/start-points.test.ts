import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Card } from '../../../webview/shared/run-session';
import {
  encodedStartPoints,
  ORIGIN,
  pointKey,
  startPointOf,
  startPointsOf,
} from '../../../webview/shared/start-points';

test('a point is kept with four decimals', () => {
  expect(pointKey(Float32Array.of(0.12344, -2, 0, 1 / 3))).toBe('z:0.1234,-2,0,0.3333');
});

test('a point that is kept comes back, to the fourth decimal', () => {
  const values = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(values, (numbers) => {
      const end = startPointOf(pointKey(Float32Array.from(numbers)), numbers.length);
      if (end === null || !('z' in end)) return expect.unreachable();
      numbers.forEach((value, i) => {
        // Half of the last decimal, and what single precision takes from 100.
        expect(Math.abs(end.z[i]! - value)).toBeLessThan(0.00006);
      });
    }),
  );
});

test('the empty key is the origin, another one an image', () => {
  expect(startPointOf('', 2)).toBeNull();
  expect(startPointOf('file:///a/z:1.png', 2)).toEqual({ uri: 'file:///a/z:1.png' });
});

test.each(['z:1', 'z:1,2,3', 'z:1,x', 'z:1,NaN', 'z:Infinity,1', 'z:1e99,0'])(
  '%s is no point of two dimensions',
  (key) => {
    expect(startPointOf(key, 2)).toBeNull();
  },
);

test('the origin comes first, then the chosen point where there is one, then the images', () => {
  const images = [{ value: 'file:///a.png', label: 'a.png' }];
  expect(startPointsOf(images, 'z:1,2', 2)).toEqual([
    ORIGIN,
    { value: 'z:1,2', label: 'a chosen point' },
    ...images,
  ]);
  // A point of a run with another dimension, an image, the origin.
  for (const chosen of ['z:1,2,3', 'file:///a.png', ''])
    expect(startPointsOf(images, chosen, 2)).toEqual([ORIGIN, ...images]);
});

test('only images that were encoded are points to start from', () => {
  const cards = [
    { uri: 'file:///a.png', name: 'a.png' },
    { uri: 'file:///b.png', error: 'not an image' },
  ] as Card[];
  expect(encodedStartPoints({ cards })).toEqual([{ value: 'file:///a.png', label: 'a.png' }]);
});
