import { grad, reshape, setBackend, sum, tensor1d, tensor2d, tile } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { beforeAll, describe, expect, test } from 'vitest';
import { continuousBernoulliMean, logNormaliser } from '../../src/vae/continuous-bernoulli';
import { MIN_LOG_VARIANCE } from '../../src/vae/gaussian-likelihood';
import { likelihoodOf } from '../../src/vae/likelihood';
import type { LikelihoodName } from '../../src/vae/config';
import { integrate } from './integrate';

beforeAll(async () => void (await setBackend('cpu')));

/** log p(x|z) of each of many values of a single number, by one distribution. */
function logProbabilities(
  likelihood: LikelihoodName,
  values: readonly number[],
  decoded: number[],
): number[] {
  const x = tensor2d(values.map((value) => [value]));
  const repeated = tile(tensor2d([decoded]), [values.length, 1]);
  return Array.from(likelihoodOf({ likelihood }).logProbability(x, repeated).dataSync());
}

function meanOf(likelihood: LikelihoodName, decoded: number[]): number {
  return likelihoodOf({ likelihood })
    .mean(tensor2d([decoded]))
    .dataSync()[0]!;
}

describe('continuous Bernoulli', () => {
  const logits = [-30, -4, -0.11, -0.09, -1e-4, 0, 0.05, 0.0999, 0.1001, 2.5, 30];

  test.each(logits)('logit %d: its density integrates to 1, and its mean is the integral of x p(x)', (l) => {
    const logNormal = logNormaliser(tensor2d([[l]])).dataSync()[0]!;
    const p = (x: number): number =>
      Math.exp(x * l - Math.max(l, 0) - Math.log1p(Math.exp(-Math.abs(l))) + logNormal);
    expect(integrate(p, 0, 1)).toBeCloseTo(1, 5);
    expect(meanOf('continuous-bernoulli', [l])).toBeCloseTo(
      integrate((x) => x * p(x), 0, 1),
      5,
    );
  });

  test('is the Bernoulli term and the normaliser', () => {
    const [bernoulli] = logProbabilities('bernoulli', [0.3], [1.7]);
    const [continuous] = logProbabilities('continuous-bernoulli', [0.3], [1.7]);
    expect(continuous! - bernoulli!).toBeCloseTo(Math.log(1.7 / Math.tanh(0.85)), 5);
  });

  test('gradients are finite everywhere, and right where the formula changes', () => {
    const slope = grad((l: Tensor) => sum(logNormaliser(l as Tensor2D)))(tensor2d([logits])).dataSync();
    logits.forEach((l, i) => {
      // d/dl log(l / tanh(l/2)) = 1/l - 1/sinh(l); its series is l/6.
      const expected = Math.abs(l) < 1e-3 ? l / 6 : 1 / l - 1 / Math.sinh(l);
      expect(slope[i]).toBeCloseTo(expected, 4);
    });
    expect(
      continuousBernoulliMean(tensor2d([[-200, 200]]))
        .dataSync()
        .every(Number.isFinite),
    ).toBe(true);
  });
});

describe('Gaussian', () => {
  test('its density integrates to 1 where the mean is inside and the variance small', () => {
    const logVariance = 2 * Math.log(0.05);
    const grid = Array.from({ length: 1001 }, (_, i) => i / 1000);
    const densities = logProbabilities('gaussian', grid, [0.2, logVariance]).map(Math.exp);
    const total = densities.reduce((a, b) => a + b) / 1000;
    expect(total).toBeCloseTo(1, 4);
    expect(meanOf('gaussian', [0.2, logVariance])).toBeCloseTo(1 / (1 + Math.exp(-0.2)), 6);
  });

  test('a density at the mean cannot exceed that of the least variance', () => {
    const [value] = logProbabilities('gaussian', [0.5], [0, -100]);
    expect(value).toBeCloseTo(-0.5 * (MIN_LOG_VARIANCE + Math.log(2 * Math.PI)), 3);
  });
});

describe('discretized logistic', () => {
  const bytes = Array.from({ length: 256 }, (_, i) => i / 255);

  test.each([
    [0, -2],
    [3, -4],
    [-6, 0.5],
    [0.3, -6.9],
    [40, -7],
    [-40, -30],
  ])('location %d, log-scale %d: the 256 masses sum to 1', (location, logScale) => {
    const masses = logProbabilities('discretized-logistic', bytes, [location, logScale]);
    expect(masses.every((mass) => Number.isFinite(mass) && mass <= 1e-6)).toBe(true);
    expect(masses.reduce((total, mass) => total + Math.exp(mass), 0)).toBeCloseTo(1, 4);
  });

  test('a mass is the difference of the distribution function', () => {
    const [location, logScale] = [0.4, -2.5];
    const mean = 1 / (1 + Math.exp(-location));
    const cdf = (x: number): number => 1 / (1 + Math.exp(-(x - mean) / Math.exp(logScale)));
    const at = [0, 17, 128, 255];
    const expected = [
      cdf(0.5 / 255),
      ...[17, 128].map((k) => cdf((k + 0.5) / 255) - cdf((k - 0.5) / 255)),
      1 - cdf(254.5 / 255),
    ];
    const masses = logProbabilities(
      'discretized-logistic',
      at.map((k) => k / 255),
      [location, logScale],
    );
    masses.forEach((mass, i) => expect(mass).toBeCloseTo(Math.log(expected[i]!), 3));
  });
});

test.each(['bernoulli', 'continuous-bernoulli', 'gaussian', 'discretized-logistic'] as const)(
  '%s: gradients are those of finite differences',
  (likelihood) => {
    const count = likelihood === 'gaussian' || likelihood === 'discretized-logistic' ? 2 : 1;
    const x = tensor2d([[0, 51 / 255, 1]]);
    const start = [0.7, -1.2, 0.02, -2, -1.5, -3].slice(0, 3 * count);
    const f = (values: Tensor): Tensor =>
      sum(likelihoodOf({ likelihood }).logProbability(x, reshape(values, [1, 3 * count])));
    const gradient = grad(f)(tensor1d(start)).dataSync();
    const h = 1e-2;
    start.forEach((_, i) => {
      const moved = (by: number): number =>
        f(tensor1d(start.map((value, j) => (i === j ? value + by : value)))).dataSync()[0]!;
      const difference = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
      expect(Math.abs(gradient[i]! - difference)).toBeLessThan(2e-3 * Math.max(1, Math.abs(difference)));
    });
  },
);

describe('samples', () => {
  /** Quantiles that share (0, 1) evenly. */
  const GRID = Array.from({ length: 4000 }, (_, i) => (i + 0.5) / 4000);

  /** One draw of a single number for each of the noises. */
  function drawn(likelihood: LikelihoodName, decoded: number[], noise: readonly number[]): number[] {
    const repeated = tile(tensor2d([decoded]), [noise.length, 1]);
    const column = tensor2d(noise.map((value) => [value]));
    return Array.from(likelihoodOf({ likelihood }).sample(repeated, column).dataSync());
  }
  const average = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

  test.each([-6, -0.7, 0, 0.2, 3])('bernoulli, logit %d: 0 or 1, in the right shares', (logit) => {
    const values = drawn('bernoulli', [logit], GRID);
    expect(values.every((value) => value === 0 || value === 1)).toBe(true);
    expect(Math.abs(average(values) - meanOf('bernoulli', [logit]))).toBeLessThan(1 / GRID.length);
  });

  test.each([-200, -30, -4, -0.011, -0.009, 0, 1e-4, 0.0099, 0.5, 12, 200])(
    'continuous Bernoulli, logit %d: the distribution function brings a draw back to its quantile',
    (logit) => {
      drawn('continuous-bernoulli', [logit], GRID).forEach((x, i) => {
        // From the nearer end: at x = 1 - y, F is 1 - (e^(-l y) - 1) / (e^-l - 1).
        const size = -Math.abs(logit);
        const [y, u] = logit > 0 ? [1 - x, 1 - GRID[i]!] : [x, GRID[i]!];
        const mass = logit === 0 ? y : Math.expm1(size * y) / Math.expm1(size);
        // Single precision near 1 is 6e-8, times the density there.
        expect(Math.abs(mass - u)).toBeLessThan(2e-5 + 1e-7 * Math.abs(logit));
      });
    },
  );

  test('Gaussian: the mean, and the deviation for each unit of noise, but no less than the least', () => {
    const mean = 1 / (1 + Math.exp(-0.4));
    const [low, middle, high] = drawn('gaussian', [0.4, 2 * Math.log(0.3)], [-1, 0, 2]);
    [low, middle, high].forEach((x, i) => expect(x! - mean).toBeCloseTo([-0.3, 0, 0.6][i]!, 5));
    const [narrow] = drawn('gaussian', [0.4, -100], [1]);
    expect(narrow! - mean).toBeCloseTo(Math.exp(MIN_LOG_VARIANCE / 2), 5);
  });

  test.each([
    [0, -2],
    [3, -4],
    [-6, 0.5],
    [0.3, -6.9],
  ])(
    'discretized logistic, location %d, log-scale %d: each value as often as its mass',
    (location, logScale) => {
      const counts = new Float64Array(256);
      for (const x of drawn('discretized-logistic', [location, logScale], GRID)) {
        expect(x * 255).toBeCloseTo(Math.round(x * 255), 3);
        counts[Math.round(x * 255)]!++;
      }
      const bytes = Array.from({ length: 256 }, (_, i) => i / 255);
      logProbabilities('discretized-logistic', bytes, [location, logScale]).forEach((mass, i) => {
        // A value's quantiles are an interval, whose two ends may each gain or lose a point of the grid.
        expect(Math.abs(counts[i]! - GRID.length * Math.exp(mass))).toBeLessThan(2.1);
      });
    },
  );
});
