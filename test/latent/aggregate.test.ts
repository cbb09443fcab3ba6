import { describe, expect, test } from 'vitest';
import {
  aggregateGaussian,
  cholesky,
  gaussian,
  gaussianDraws,
  logDensities,
} from '../../src/latent/aggregate';
import { priorLogDensities } from '../../src/latent/gaussian';
import { RandomStream } from '../../src/random/stream';

/** L Lᵀ. */
const squared = (factor: Float64Array, n: number): number[] =>
  Array.from({ length: n * n }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += factor[Math.floor(i / n) * n + k]! * factor[(i % n) * n + k]!;
    return sum;
  });

describe('the Cholesky factor', () => {
  test('of a matrix that is known', () => {
    // Wikipedia's example: L = [[2, 0, 0], [6, 1, 0], [-8, 5, 3]].
    const matrix = Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98);
    expect(Array.from(cholesky(matrix, 3))).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3]);
  });

  test('is refused where there is none', () =>
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow('got a variance of -3 in dimension 1'));
});

describe('the normal distribution in place of the aggregate posterior', () => {
  const means = Float32Array.of(1, 0, 3, 2, 5, 1);
  const fitted = aggregateGaussian(means, Float64Array.of(0.5, 0.25));

  test('has the moments of the mixture of posteriors', () => {
    expect(Array.from(fitted.mean)).toEqual([3, 1]);
    // Of the means: variances 8/3 and 2/3, covariance 2/3; and the mean variances on the diagonal.
    const expected = [8 / 3 + 0.5, 2 / 3, 2 / 3, 2 / 3 + 0.25];
    squared(fitted.factor, 2).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
  });

  test('its draws have them, too', () => {
    const count = 40_000;
    const draws = gaussianDraws(fitted, new RandomStream(5, 'sample').normals(0, count * 2));
    const again = aggregateGaussian(draws, new Float64Array(2));
    // Standard errors are about 0.009 of the mean and 0.02 of the largest variance.
    [3, 1].forEach((value, i) => expect(Math.abs(again.mean[i]! - value)).toBeLessThan(0.05));
    const expected = squared(fitted.factor, 2);
    squared(again.factor, 2).forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(0.1));
  });

  test('no noise is the mean', () =>
    expect(Array.from(gaussianDraws(fitted, new Float32Array(4)))).toEqual([3, 1, 3, 1]));
});

describe('log densities', () => {
  test('of a correlated normal distribution are those of its inverse covariance', () => {
    const fitted = gaussian(Float64Array.of(1, -1), Float64Array.of(2, 0.6, 0.6, 0.5));
    // By hand: det = 0.64, inverse = [[0.5, -0.6], [-0.6, 2]] / 0.64.
    const byHand = (x: number, y: number): number => {
      const [a, b] = [x - 1, y + 1];
      const square = (0.5 * a * a - 1.2 * a * b + 2 * b * b) / 0.64;
      return -0.5 * square - 0.5 * Math.log(0.64) - Math.log(2 * Math.PI);
    };
    const values = logDensities(fitted, Float32Array.of(1, -1, 0, 0, 3, -2));
    [byHand(1, -1), byHand(0, 0), byHand(3, -2)].forEach((value, i) =>
      expect(values[i]).toBeCloseTo(value, 5),
    );
  });

  test('of the prior: known values', () => {
    // log N(0; 0, 1) = -0.9189385; |z|² = 5 in two dimensions: -2.5 - 1.8378771.
    expect(priorLogDensities(Float32Array.of(0), 1)[0]).toBeCloseTo(-0.9189385, 6);
    expect(priorLogDensities(Float32Array.of(1, 2), 2)[0]).toBeCloseTo(-4.3378771, 5);
    const standard = gaussian(new Float64Array(2), Float64Array.of(1, 0, 0, 1));
    expect(logDensities(standard, Float32Array.of(1, 2))[0]).toBeCloseTo(-4.3378771, 5);
  });
});
