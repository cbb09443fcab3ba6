import { expect, test } from 'vitest';
import { rootMeanSquare, worstOf } from '../../src/model/check-images';

test('the difference of two images is the root mean square, 1 from black to white', () => {
  expect(rootMeanSquare(Uint8Array.of(0, 255), Uint8Array.of(255, 0))).toBe(1);
  expect(rootMeanSquare(Uint8Array.of(3, 4), Uint8Array.of(0, 0))).toBeCloseTo(Math.sqrt(12.5) / 255, 12);
});

test('the worst are those so many sample standard deviations above the mean', () => {
  // Mean 2, sample variance (9 * 1 + 81) / 9 = 10.
  const errors = Float64Array.of(1, 1, 1, 1, 11, 1, 1, 1, 1, 1);
  const { worst, meanError } = worstOf(errors, 2.8);
  expect(meanError).toBe(2);
  expect(worst).toEqual([
    {
      kind: 'worst-reconstructed',
      image: 4,
      error: 11,
      deviations: expect.closeTo(9 / Math.sqrt(10), 12) as number,
    },
  ]);
  expect(worstOf(errors, 2.9).worst).toEqual([]);
  expect(worstOf(Float64Array.of(5, 5, 5), 0).worst).toEqual([]);
});
