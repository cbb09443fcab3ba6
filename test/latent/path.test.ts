import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inverseNormal } from '../../src/latent/normal';
import { linear, path, spherical } from '../../src/latent/path';

const norm = (v: Float32Array): number => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
const vector = fc
  .array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((values) => Float32Array.from(values));

describe('paths', () => {
  test('both kinds start and end exactly at the ends', () => {
    fc.assert(
      fc.property(vector, vector, fc.boolean(), (from, to, isSpherical) => {
        const points = path(from, to, 5, isSpherical);
        expect(points.slice(0, 3)).toEqual(from);
        expect(points.slice(-3)).toEqual(to);
        expect(points.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test('spherical keeps unit length and moves by equal angles', () => {
    const from = Float32Array.from([1, 0]);
    const to = Float32Array.from([0, 1]);
    for (const t of [0.25, 0.5, 0.75]) {
      const point = spherical(from, to, t);
      expect(norm(point)).toBeCloseTo(1, 6);
      expect(Math.atan2(point[1]!, point[0]!)).toBeCloseTo((t * Math.PI) / 2, 6);
    }
  });

  test('spherical is straight where the great circle is undefined', () => {
    const a = Float32Array.from([1, 2]);
    for (const b of [new Float32Array(2), a.map((v) => 3 * v), a.map((v) => -v)]) {
      expect(spherical(a, b, 0.3)).toEqual(linear(a, b, 0.3));
    }
  });
});

describe('inverse normal distribution function', () => {
  // Values of standard tables.
  test.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.99, 2.326347874040841],
    [0.84134474606854293, 1],
    [1e-6, -4.753424308822899],
  ])('of %d is %d', (p, z) => expect(inverseNormal(p)).toBeCloseTo(z, 7));

  test('is odd around 1/2 and rises', () => {
    let last = -Infinity;
    for (let p = 0.001; p < 1; p += 0.001) {
      const z = inverseNormal(p);
      expect(z).toBeGreaterThan(last);
      expect(z).toBeCloseTo(-inverseNormal(1 - p), 6);
      last = z;
    }
  });

  test.each([0, 1, NaN, -1])('refuses %d', (p) => expect(() => inverseNormal(p)).toThrow(RangeError));
});
