import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closestPairs } from '../../src/latent/closest-pairs';
import type { Pair } from '../../src/latent/closest-pairs';
import { klToPrior, norms, wassersteinPoints } from '../../src/latent/gaussian';
import { RandomStream } from '../../src/random/stream';

test('KL to the prior against its integral, in one dimension', () => {
  const [m, s] = [0.7, 0.4];
  const density = (x: number, mean: number, deviation: number): number =>
    Math.exp(-((x - mean) ** 2) / (2 * deviation * deviation)) / (deviation * Math.sqrt(2 * Math.PI));
  let integral = 0;
  const step = 1e-3;
  for (let x = m - 8 * s; x < m + 8 * s; x += step) {
    const q = density(x, m, s);
    integral += q * Math.log(q / density(x, 0, 1)) * step;
  }
  const [kl] = klToPrior(Float32Array.of(m), Float32Array.of(2 * Math.log(s)), 1);
  expect(kl).toBeCloseTo(integral, 5);
  expect([...klToPrior(new Float32Array(6), new Float32Array(6), 3)]).toEqual([0, 0]);
  // With variances of 1 it is |mean|² / 2, of each row by itself.
  expect([...klToPrior(Float32Array.of(1, 2, 0, 3), new Float32Array(4), 2)]).toEqual([2.5, 4.5]);
  expect(norms(Float32Array.of(3, 4, 0, -2), 2)).toEqual(Float32Array.of(5, 2));
});

test('distances between posteriors: between means where the deviations are equal, and the other way round', () => {
  const points = wassersteinPoints(
    Float32Array.of(1, 2, 4, 6, 1, 2),
    Float32Array.of(0, 0, 0, 0, Math.log(9), 0),
    2,
  );
  const distance = (a: number, b: number): number =>
    Math.hypot(...[0, 1, 2, 3].map((i) => points[4 * a + i]! - points[4 * b + i]!));
  expect(distance(0, 1)).toBeCloseTo(5, 6);
  expect(distance(0, 2)).toBeCloseTo(2, 6);
});

function run(points: Float32Array, dimensions: number, limit: number): Pair[] {
  const pairs = closestPairs(points, dimensions, limit);
  for (;;) {
    const next = pairs.next();
    if (next.done) return next.value;
  }
}

test('the closest pairs are those of a search through all, in order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(999),
      fc.boolean(),
      (count, d, seed, coarse) => {
        // Coarse numbers make many equal distances.
        const draws = new RandomStream(seed, 'sample').normals(0, count * d);
        const points = coarse ? draws.map(Math.round) : draws;
        const all: Pair[] = [];
        for (let a = 0; a < count; a++) {
          for (let b = a + 1; b < count; b++) {
            let sum = 0;
            for (let k = 0; k < d; k++) sum += (points[a * d + k]! - points[b * d + k]!) ** 2;
            all.push({ first: a, second: b, distance: Math.sqrt(sum) });
          }
        }
        all.sort((a, b) => a.distance - b.distance || a.first - b.first || a.second - b.second);
        expect(run(points, d, 12)).toEqual(all.slice(0, 12));
      },
    ),
    { numRuns: 200 },
  );
});
