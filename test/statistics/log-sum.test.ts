import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogSums } from '../../src/statistics/log-sum';
import { meanOfValues, ColumnVariances } from '../../src/statistics/moments';
import { RandomStream } from '../../src/random/stream';

/** One image; each log-weight a block of its own. */
function logMean(logWeights: readonly number[]): number {
  const sums = new LogSums(1);
  for (const weight of logWeights) sums.add([weight], [1]);
  return sums.logMeans(logWeights.length)[0]!;
}

describe('log of a sum in blocks', () => {
  test('is log of the mean of the weights', () => {
    expect(logMean([Math.log(1), Math.log(2), Math.log(6)])).toBeCloseTo(Math.log(3), 12);
  });

  test('does not overflow or vanish, in whatever order the large ones come', () => {
    expect(logMean([-5000, -5000 + Math.log(3)])).toBeCloseTo(-5000 + Math.log(2), 9);
    expect(logMean([5000 + Math.log(3), 5000])).toBeCloseTo(5000 + Math.log(2), 9);
    expect(logMean([-5000, 0, -5000])).toBeCloseTo(-Math.log(3), 12);
  });

  test('a weight of 0 counts as a draw and adds nothing', () => {
    expect(logMean([-Infinity, 0])).toBeCloseTo(-Math.log(2), 12);
    expect(logMean([0, -Infinity])).toBeCloseTo(-Math.log(2), 12);
    expect(logMean([-Infinity, -Infinity])).toBe(-Infinity);
  });

  test('blocks of any size add up to the same', () => {
    const weights = fc.array(fc.double({ min: -800, max: 800, noNaN: true }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 40 }), (all, size) => {
        const sums = new LogSums(1);
        for (let first = 0; first < all.length; first += size) {
          const block = all.slice(first, first + size);
          const largest = Math.max(...block);
          sums.add([largest], [block.reduce((sum, weight) => sum + Math.exp(weight - largest), 0)]);
        }
        expect(sums.logMeans(all.length)[0]).toBeCloseTo(logMean(all), 9);
      }),
    );
  });

  /**
   * x = z + noise of variance s², z ~ N(0, 1): log p(x) is that of N(0, 1 + s²), exactly. q is wider than the posterior, so
   * that the weights have a bounded variance.
   */
  test('with the weights of a linear-Gaussian model estimates log p(x), from below', () => {
    const [x, s, mean, deviation] = [1.3, 0.7, 0.6, 0.9];
    const logNormal = (value: number, centre: number, sd: number): number =>
      -0.5 * Math.log(2 * Math.PI) - Math.log(sd) - ((value - centre) / sd) ** 2 / 2;
    const exact = logNormal(x, 0, Math.sqrt(1 + s * s));
    const stream = new RandomStream(5, 'importance');
    const estimates = (k: number): Float64Array =>
      Float64Array.from({ length: 4000 }, (_, repetition) => {
        const weights = Array.from(stream.normals(repetition, k), (epsilon) => {
          const z = mean + deviation * epsilon;
          return logNormal(x, z, s) + logNormal(z, 0, 1) - logNormal(z, mean, deviation);
        });
        return logMean(weights);
      });
    const [one, five, fifty] = [1, 5, 50].map((k) => meanOfValues(estimates(k)));
    // Steps are many standard errors wide, and the last is the closer to the truth.
    expect(five!.mean - one!.mean).toBeGreaterThan(10 * one!.standardError);
    expect(fifty!.mean - five!.mean).toBeGreaterThan(4 * five!.standardError);
    expect(fifty!.mean).toBeLessThan(exact + 4 * fifty!.standardError);
    expect(fifty!.mean).toBeGreaterThan(exact - 0.02);
    // Exactly: E log w = log p(x) - KL(q || posterior), with the closed form of two Gaussians' divergence.
    const [centre, variance] = [x / (1 + s * s), (s * s) / (1 + s * s)];
    const kl =
      Math.log(Math.sqrt(variance) / deviation) +
      (deviation ** 2 + (mean - centre) ** 2) / (2 * variance) -
      0.5;
    expect(Math.abs(one!.mean - (exact - kl))).toBeLessThan(4 * one!.standardError);
  });
});

describe('moments', () => {
  test('mean and standard error of a small sample', () => {
    // Sum of squared differences 10, n 5: sqrt(10 / 4 / 5).
    expect(meanOfValues([1, 2, 3, 4, 5])).toEqual({ mean: 3, standardError: Math.sqrt(0.5) });
    expect(meanOfValues([7]).standardError).toBeNaN();
  });

  test('variances of columns do not depend on the pieces, nor suffer from a large mean', () => {
    const columns = new ColumnVariances(2);
    columns.add([1e8 + 1, 5]);
    columns.add([1e8 + 2, 5, 1e8 + 3, 5]);
    expect(Array.from(columns.result())).toEqual([1, 0]);
    expect(Array.from(new ColumnVariances(1).result())).toEqual([0]);
  });
});
