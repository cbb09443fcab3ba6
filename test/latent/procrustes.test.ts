import { describe, expect, test } from 'vitest';
import { procrustes, transformed } from '../../src/latent/procrustes';
import { singularPairs } from '../../src/latent/linear-algebra/singular-values';
import { RandomStream } from '../../src/random/stream';

const normals = (seed: number, count: number): Float32Array =>
  new RandomStream(seed, 'sample').normals(0, count);
const close = (got: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void => {
  expect(got).toHaveLength(expected.length);
  for (let i = 0; i < got.length; i++) expect(got[i]).toBeCloseTo(expected[i]!, digits);
};
const product = (a: Float64Array, b: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[Math.floor(at / n) * n + k]! * b[k * n + (at % n)]!;
    return sum;
  });
const transpose = (a: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => a[(at % n) * n + Math.floor(at / n)]!);
const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => (at % n === Math.floor(at / n) ? 1 : 0));
const apart = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

describe('procrustes', () => {
  const turn = (angle: number): Float64Array =>
    Float64Array.of(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle));
  const mirror = Float64Array.of(1, 0, 0, -1);

  test('recovers a rotation', () => {
    const points = normals(1, 200);
    close(procrustes(points, transformed(points, turn(0.7), 2), 2), turn(0.7), 6);
  });

  test('recovers a reflection', () => {
    const points = normals(2, 200);
    const reflected = product(mirror, turn(2.4), 2);
    close(procrustes(points, transformed(points, reflected, 2), 2), reflected, 6);
  });

  test('recovers an orthogonal matrix of seven dimensions, made of reflections in planes', () => {
    const n = 7;
    let matrix: Float64Array = identity(n);
    for (let k = 0; k < 5; k++) {
      const v = normals(10 + k, n);
      const size = v.reduce((sum, value) => sum + value * value, 0);
      const householder = identity(n).map(
        (value, at) => value - (2 * v[Math.floor(at / n)]! * v[at % n]!) / size,
      );
      matrix = product(matrix, householder, n);
    }
    const points = normals(3, n * 300);
    close(procrustes(points, transformed(points, matrix, n), n), matrix, 5);
  });

  test('is the best of all turns and mirrored turns, and does not scale', () => {
    const from = normals(4, 100);
    const noise = normals(5, 100);
    const to = transformed(from, turn(-1.1), 2).map((value, i) => 3 * value + noise[i]!);
    const best = procrustes(from, to, 2);
    close(product(best, transpose(best, 2), 2), identity(2), 12);
    const found = apart(transformed(from, best, 2), to);
    for (let k = 0; k < 2000; k++) {
      const angle = (2 * Math.PI * k) / 2000;
      for (const other of [turn(angle), product(mirror, turn(angle), 2)])
        expect(apart(transformed(from, other, 2), to)).toBeGreaterThanOrEqual(found - 1e-3);
    }
  });

  test('leaves dimensions alone in which nothing lies, and everything where nothing is known', () => {
    const points = normals(6, 300).map((value, i) => (i % 3 === 1 ? 0 : value));
    const rotation = procrustes(points, points, 3);
    close(rotation, identity(3), 10);
    close(procrustes(new Float32Array(30), points.subarray(0, 30), 3), identity(3), 12);
  });

  test('stays orthogonal where all points lie on a line that is turned', () => {
    const n = 4;
    const along = Float32Array.from({ length: 40 }, (_, i) => (i % n === 0 ? i + 1 : 0));
    const turned = Float32Array.from({ length: 40 }, (_, i) => (i % n === 1 ? i : 0));
    const rotation = procrustes(along, turned, n);
    close(product(rotation, transpose(rotation, n), n), identity(n), 12);
    close(transformed(along, rotation, n), turned, 4);
  });

  test('refuses points without partners', () => {
    expect(() => procrustes(new Float32Array(4), new Float32Array(6), 2)).toThrow('got 4 and 6 numbers');
    expect(() => procrustes(new Float32Array(5), new Float32Array(5), 2)).toThrow('of 2 each');
  });
});

test('singular pairs make the matrix again, with the values of a known one', () => {
  // [[3, 0], [4, 5]] has the singular values sqrt(45) and sqrt(5).
  const { values } = singularPairs(Float64Array.of(3, 0, 4, 5), 2);
  close(
    [...values].sort((a, b) => b - a),
    [Math.sqrt(45), Math.sqrt(5)],
    12,
  );
  const n = 9;
  const matrix = Float64Array.from(normals(7, n * n));
  const pairs = singularPairs(matrix, n);
  const scaled = pairs.right.map((value, at) => value * pairs.values[Math.floor(at / n)]!);
  close(product(transpose(pairs.left, n), scaled, n), matrix, 10);
  close(product(pairs.left, transpose(pairs.left, n), n), identity(n), 12);
});
