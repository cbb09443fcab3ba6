import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planeGrid, planeThrough } from '../../src/latent/plane';
import { quantileGrid } from '../../src/latent/quantile-grid';

const point = fc
  .array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((values) => Float32Array.from(values));
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.hypot(...Array.from(a, (value, i) => value - b[i]!));

describe('the unit square through the inverse normal distribution function', () => {
  test('rises to the right and upwards; the other dimensions are 0', () => {
    const z = quantileGrid(3, 2, [0, 2]);
    // The quartiles of equal halves: 0.25 and 0.75 in a standard table.
    const q = 0.674489;
    const expected = [-q, 0, q, q, 0, q, -q, 0, -q, q, 0, -q];
    expect(z).toHaveLength(expected.length);
    z.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  test('one dimension alone is varied across', () => {
    const z = quantileGrid(1, 3, [0, 0]);
    expect(z.slice(0, 3)).toEqual(z.slice(6, 9));
    expect(z[0]).toBeLessThan(z[2]!);
  });

  test('has no other dimensions', () =>
    expect(() => quantileGrid(2, 3, [0, 2])).toThrow('got 0 and 2, expected numbers below 2'));
});

describe('the plane through three points', () => {
  test('holds them where their marks are, inside the square, and keeps distances', () => {
    fc.assert(
      fc.property(point, point, point, (a, b, c) => {
        fc.pre(distance(a, b) > 0.1);
        // c has to be off the line of the others.
        const t =
          Array.from(a).reduce((sum, v, i) => sum + (c[i]! - v) * (b[i]! - v), 0) / distance(a, b) ** 2;
        fc.pre(
          distance(
            c,
            a.map((v, i) => v + t * (b[i]! - v)),
          ) > 0.1,
        );
        const plane = planeThrough([a, b, c]);
        const { centre, right, up, side, marks } = plane;
        [a, b, c].forEach((corner, i) => {
          const [x, y] = [marks[2 * i]!, marks[2 * i + 1]!];
          for (const part of [x, y]) {
            expect(part).toBeGreaterThan(0.1);
            expect(part).toBeLessThan(0.9);
          }
          const there = centre.map((v, d) => v + (x - 0.5) * side * right[d]! + (0.5 - y) * side * up[d]!);
          expect(distance(there, corner)).toBeLessThan(1e-4);
        });
        expect(marks[1]).toBeCloseTo(marks[3]!, 5);
        const grid = planeGrid(plane, 3);
        const cell = (i: number): Float32Array => grid.subarray(4 * i, 4 * i + 4);
        expect(distance(cell(4), centre)).toBeLessThan(1e-5);
        for (const [from, to] of [
          [0, 1],
          [4, 7],
        ])
          expect(distance(cell(from!), cell(to!))).toBeCloseTo(side / 3, 4);
        // The top row is up.
        expect(
          distance(
            cell(1),
            centre.map((v, d) => v + (side / 3) * up[d]!),
          ),
        ).toBeLessThan(1e-4);
      }),
    );
  });

  test('needs three points that are not on one line', () => {
    const [a, b] = [Float32Array.of(0, 0, 1), Float32Array.of(1, 0, 1)];
    expect(() => planeThrough([a, a, b])).toThrow('on one line');
    expect(() => planeThrough([a, b, Float32Array.of(3, 0, 1)])).toThrow('on one line');
  });
});
