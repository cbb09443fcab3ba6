import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inverseNormal } from '../../src/latent/normal';
import { bilinear, cornersOf } from '../../src/latent/bilinear';
import { linear, path, spherical, waypointFrames } from '../../src/latent/path';

const norm = (v: Float32Array): number => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
const vector = fc
  .array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((values) => Float32Array.from(values));

describe('paths', () => {
  test('both kinds start and end exactly at the ends', () => {
    fc.assert(
      fc.property(vector, vector, fc.boolean(), (from, to, isSpherical) => {
        const points = path([from, to], 5, isSpherical);
        expect(points.slice(0, 3)).toEqual(from);
        expect(points.slice(-3)).toEqual(to);
        expect(points.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test('through many waypoints: each is a frame, bit for bit, and its segment is the path between two', () => {
    fc.assert(
      fc.property(
        fc.array(vector, { minLength: 2, maxLength: 64 }),
        fc.integer({ min: 0, max: 40 }),
        fc.boolean(),
        (waypoints, more, isSpherical) => {
          const frames = waypoints.length + more;
          const points = path(waypoints, frames, isSpherical);
          const at = waypointFrames(waypoints.length, frames);
          expect(points).toHaveLength(3 * frames);
          expect([at[0], at.at(-1)]).toEqual([0, frames - 1]);
          waypoints.forEach((point, i) => expect(points.slice(3 * at[i]!, 3 * at[i]! + 3)).toEqual(point));
          const gaps = Array.from(at.subarray(1), (frame, i) => frame - at[i]!);
          expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
          const own = points.slice(0, 3 * (at[1]! + 1));
          expect(own).toEqual(path(waypoints.slice(0, 2), at[1]! + 1, isSpherical));
        },
      ),
    );
  });

  test('fewer frames than waypoints, or a single waypoint, are refused', () => {
    const points = [0, 1, 2].map((value) => Float32Array.of(value));
    expect(() => path(points, 2, false)).toThrow('got 3 waypoints and 2 frames');
    expect(() => path(points.slice(0, 1), 5, false)).toThrow('got 1 waypoints');
  });

  test('a bilinear grid has its corners bit for bit, and the mean of all four in its middle', () => {
    const corners = [
      Float32Array.of(0.1, 0),
      Float32Array.of(4, 0.7),
      Float32Array.of(0, 8),
      Float32Array.of(2, 2),
    ];
    const z = bilinear(corners as unknown as Parameters<typeof bilinear>[0], 5);
    cornersOf(5).forEach((point, i) => expect(z.slice(2 * point, 2 * point + 2)).toEqual(corners[i]));
    expect(z[2 * 12]).toBeCloseTo((0.1 + 4 + 0 + 2) / 4, 6);
    expect(z[2 * 12 + 1]).toBeCloseTo((0 + 0.7 + 8 + 2) / 4, 6);
    // Along the top: the straight path between its corners.
    expect(z.slice(0, 10)).toEqual(path(corners.slice(0, 2), 5, false));
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

  test('spherical goes evenly from one length to the other, also between ends that are nearly opposite', () => {
    for (const to of [Float32Array.of(0, 3), Float32Array.of(-3, 0.02), Float32Array.of(2, 2)]) {
      const from = Float32Array.of(1, 0);
      for (const t of [0.1, 0.5, 0.75])
        expect(norm(spherical(from, to, t))).toBeCloseTo((1 - t) * 1 + t * norm(to), 3);
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
