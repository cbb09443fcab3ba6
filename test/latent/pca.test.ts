import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Covariance, project } from '../../src/latent/pca';
import type { PrincipalComponents } from '../../src/latent/pca';
import { eigenpairs } from '../../src/latent/linear-algebra/symmetric-eigen';
import { RandomStream } from '../../src/random/stream';

const componentsOf = (rows: number[][]): PrincipalComponents => {
  const covariance = new Covariance(rows[0]!.length);
  covariance.add(Float32Array.from(rows.flat()));
  return covariance.components();
};

describe('eigenpairs', () => {
  test('of a 2 × 2 matrix, by its closed form', () => {
    // (a + c) / 2 ± sqrt(((a - c) / 2)^2 + b^2) for [[a, b], [b, c]].
    const [a, b, c] = [3, 1.5, -2];
    const root = Math.sqrt(((a - c) / 2) ** 2 + b * b);
    const { values, vectors } = eigenpairs(Float64Array.from([a, b, b, c]), 2);
    expect(values[0]).toBeCloseTo((a + c) / 2 + root, 12);
    expect(values[1]).toBeCloseTo((a + c) / 2 - root, 12);
    expect(vectors[1]! / vectors[0]!).toBeCloseTo((values[0]! - a) / b, 12);
  });

  test('of the second difference matrix, whose eigenvalues are 2 - 2 cos(k pi / (n + 1))', () => {
    const n = 30;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    const { values } = eigenpairs(matrix, n);
    values.forEach((value, k) =>
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)), 11),
    );
  });

  test('rebuild the matrix, with orthonormal vectors, also where eigenvalues are equal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(1000), fc.boolean(), (n, seed, equal) => {
        const draws = new RandomStream(seed, 'sample').normals(0, n * n);
        const matrix = new Float64Array(n * n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++)
            matrix[i * n + j] = equal ? (i === j ? 2 : 0) : draws[i * n + j]! + draws[j * n + i]!;
        const { values, vectors } = eigenpairs(matrix, n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let rebuilt = 0;
            let dot = 0;
            for (let k = 0; k < n; k++) {
              rebuilt += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
              dot += vectors[i * n + k]! * vectors[j * n + k]!;
            }
            expect(rebuilt).toBeCloseTo(matrix[i * n + j]!, 10);
            expect(dot).toBeCloseTo(i === j ? 1 : 0, 10);
          }
          const vector = vectors.subarray(i * n, (i + 1) * n);
          const largest = vector.reduce(
            (limit, value) => (Math.abs(value) > Math.abs(limit) ? value : limit),
            0,
          );
          // Two elements of one size but for rounding: either may be the positive one.
          if (vector.filter((value) => Math.abs(Math.abs(value) - Math.abs(largest)) < 1e-8).length === 1)
            expect(largest).toBeGreaterThan(0);
        }
        expect([...values].sort((a, b) => b - a)).toEqual([...values]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('principal components', () => {
  test('of points on a line are the line', () => {
    const points = Array.from({ length: 11 }, (_, i) => [3 * (i - 5) + 100, 4 * (i - 5) - 70]);
    const components = componentsOf(points);
    expect([...components.mean]).toEqual([100, -70]);
    expect(components.directions[0]).toBeCloseTo(0.6, 12);
    expect(components.directions[1]).toBeCloseTo(0.8, 12);
    // The variance of -5 to 5 is 10, each step is 5 long.
    expect(components.variances[0]).toBeCloseTo(250, 9);
    expect(components.variances[1]).toBeCloseTo(0, 9);
    const along = project(components, Float32Array.from(points.flat()), 0);
    along.forEach((value, i) => expect(value).toBeCloseTo(5 * (i - 5), 4));
  });

  test('do not depend on how the points come in pieces, and a mean far away costs no digits', () => {
    const rows = new RandomStream(1, 'sample')
      .normals(0, 600)
      .map((value, i) => value * (1 + (i % 3)) + 5000);
    const whole = new Covariance(3);
    whole.add(rows);
    const pieces = new Covariance(3);
    for (const [from, to] of [
      [0, 3],
      [3, 300],
      [300, 600],
    ] as const)
      pieces.add(rows.subarray(from, to));
    expect(pieces.components()).toEqual(whole.components());
    const near = new Covariance(3);
    near.add(rows.map((value) => value - 5000));
    whole.components().variances.forEach((variance, k) => {
      expect(variance).toBeCloseTo(near.components().variances[k]!, 8);
    });
  });

  test('a mirror image gives the same map', () => {
    const rows = [
      [1, 2, 0],
      [2, 4.5, 1],
      [-3, -5, 0.3],
      [0, 1, -1],
    ];
    const one = componentsOf(rows);
    const other = componentsOf(rows.map((row) => row.map((value) => -value)));
    one.directions.forEach((value, i) => expect(other.directions[i]).toBeCloseTo(value, 10));
  });

  test('of nothing are refused', () => {
    expect(() => new Covariance(2).components()).toThrow('got no point');
  });
});
