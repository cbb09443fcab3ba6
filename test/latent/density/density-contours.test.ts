import { describe, expect, test } from 'vitest';
import { contourLines } from '../../../src/latent/density/contour-lines';
import { densityContours } from '../../../src/latent/density/density-contours';
import { densityAt, kernelDensity } from '../../../src/latent/density/kernel-density';
import type { DensityGrid } from '../../../src/latent/density/kernel-density';
import { RandomStream } from '../../../src/random/stream';
import { ownProcessorTime } from '../../support/processor-time';

/** Signed area of a closed ring, by the shoelace formula. */
function areaOf(ring: Float32Array): number {
  let sum = 0;
  for (let i = 0; i + 3 < ring.length; i += 2) sum += ring[i]! * ring[i + 3]! - ring[i + 2]! * ring[i + 1]!;
  return sum / 2;
}
const whole = (rings: readonly Float32Array[]): number => rings.reduce((sum, ring) => sum + areaOf(ring), 0);

/** Whether a place is inside: a ray to the right crosses the rings an odd number of times. */
function isInside(rings: readonly Float32Array[], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings)
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const [x0, y0, x1, y1] = [ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
    }
  return inside;
}

function expectClosed(rings: readonly Float32Array[]): void {
  for (const ring of rings) {
    expect(ring.length).toBeGreaterThanOrEqual(8);
    expect([...ring.slice(0, 2)]).toEqual([...ring.slice(-2)]);
    expect(ring.every(Number.isFinite)).toBe(true);
  }
}

/** Draws from a normal distribution, sheared so that its axes correlate. */
function normalPoints(count: number, sx: number, sy: number, shear = 0): [Float32Array, Float32Array] {
  const noise = new RandomStream(8, 'sample').normals(0, 2 * count);
  const x = Float32Array.from({ length: count }, (_, i) => 4 + sx * noise[2 * i]!);
  const y = Float32Array.from({ length: count }, (_, i) => sy * noise[2 * i + 1]! + shear * (x[i]! - 4));
  return [x, y];
}

describe('the estimated density', () => {
  test('of two points is the sum of two kernels with the bandwidth of Scott’s rule', () => {
    const [x, y] = [Float32Array.of(0, 2), Float32Array.of(0, 6)];
    const grid = kernelDensity(x, y)!;
    // Standard deviations sqrt(2) and 3 sqrt(2), of 2 points.
    const [hx, hy] = [Math.SQRT2 * 2 ** (-1 / 6), 3 * Math.SQRT2 * 2 ** (-1 / 6)];
    const normal = (z: number, h: number): number =>
      Math.exp((-z * z) / (2 * h * h)) / (h * Math.sqrt(2 * Math.PI));
    const exact = (a: number, b: number): number =>
      (normal(a, hx) * normal(b, hy) + normal(a - 2, hx) * normal(b - 6, hy)) / 2;
    // Per axis, linear binning adds up to 1 / 36 to a kernel's variance, and interpolation between nodes as much: 1.4 % each.
    const peak = exact(1, 3);
    for (const [a, b] of [
      [1, 3],
      [0, 0],
      [2, 6],
      [-1, 4],
      [3, 1],
      [0.3, 5.1],
    ] as const)
      expect(Math.abs(densityAt(grid, a, b) - exact(a, b))).toBeLessThan(0.056 * peak);
  });

  test('has a mass of 1, and is 0 at the border of its grid', () => {
    const [x, y] = normalPoints(500, 1, 3, 0.5);
    const { values, dx, dy, columns, rows } = kernelDensity(x, y)!;
    expect(values.reduce((sum, value) => sum + value * dx * dy, 0)).toBeCloseTo(1, 9);
    values.forEach((value, node) => {
      const [column, row] = [node % columns, Math.floor(node / columns)];
      if (column === 0 || row === 0 || column === columns - 1 || row === rows - 1) expect(value).toBe(0);
    });
  });

  test('does not need memory without end for one point far away', () => {
    const [x, y] = normalPoints(2000, 1, 1);
    x[0] = 1e6;
    const { columns } = kernelDensity(x, y)!;
    expect(columns).toBeLessThan(300);
  });
});

describe('contours of a normal distribution', () => {
  test.each([
    [1, 1, 0],
    [0.2, 5, 0],
    [2, 1, 1.5],
  ])('with deviations %f and %f, shear %f: the areas of its highest-density regions', (sx, sy, shear) => {
    const [x, y] = normalPoints(20_000, sx, sy, shear);
    for (const { mass, rings } of densityContours(x, y, [0.5, 0.9])) {
      expectClosed(rings);
      // The ellipse at the quantile of chi-squared with 2 degrees of freedom, -2 log(1 - mass); shearing keeps areas.
      const exact = Math.PI * sx * sy * -2 * Math.log(1 - mass);
      // The outer rings are ragged, and a sample of 20,000 is off by a percent or two.
      expect(Math.abs(whole(rings) / exact - 1)).toBeLessThan(0.05);
      const inside = x.filter((value, i) => isInside(rings, value, y[i]!)).length / x.length;
      expect(Math.abs(inside - mass)).toBeLessThan(0.005);
    }
  });

  test('run around each of two clusters', () => {
    const [x, y] = normalPoints(4000, 0.3, 0.3);
    const rings = densityContours(
      x.map((value, i) => value + (i % 2) * 10),
      y,
      [0.9],
    )[0]!.rings.filter((ring) => areaOf(ring) > 0.5);
    expect(rings).toHaveLength(2);
    expect(isInside(rings, 4, 0) && isInside(rings, 14, 0) && !isInside(rings, 9, 0)).toBe(true);
  });

  test('of a ring of points has a hole, which counts against the area', () => {
    const noise = new RandomStream(3, 'sample').normals(0, 8000);
    const at = (i: number): number => (2 * Math.PI * i) / 4000;
    const x = Float32Array.from({ length: 4000 }, (_, i) => 5 * Math.cos(at(i)) + 0.2 * noise[2 * i]!);
    const y = Float32Array.from({ length: 4000 }, (_, i) => 5 * Math.sin(at(i)) + 0.2 * noise[2 * i + 1]!);
    const { rings } = densityContours(x, y, [0.95])[0]!;
    expectClosed(rings);
    expect(isInside(rings, 0, 0)).toBe(false);
    const holes = rings.filter((ring) => areaOf(ring) < 0);
    expect(holes.some((ring) => isInside([ring], 0, 0))).toBe(true);
    expect(whole(rings)).toBeLessThan(Math.PI * 6.5 ** 2 - Math.PI * 2.5 ** 2);
  });
});

test('points without a place are left out; too few, or all on a line along an axis, have no contours', () => {
  const [x, y] = normalPoints(300, 1, 1);
  const [gapsX, gapsY] = [Float32Array.from([...x, NaN, 0]), Float32Array.from([...y, 1, NaN])];
  expect(densityContours(gapsX, gapsY, [0.5])).toEqual(densityContours(x, y, [0.5]));
  expect(densityContours(Float32Array.of(1), Float32Array.of(1), [0.5])).toEqual([]);
  expect(densityContours(new Float32Array(0), new Float32Array(0), [0.5])).toEqual([]);
  expect(densityContours(x, new Float32Array(300), [0.5])).toEqual([]);
});

test('the contours of a saddle separate or join by its middle, and always close', () => {
  const grid = (middle: number[]): DensityGrid => ({
    ...{ left: 0, bottom: 0, dx: 1, dy: 1, columns: 4, rows: 4 },
    values: Float64Array.from([
      0,
      0,
      0,
      0,
      0,
      ...middle.slice(0, 2),
      0,
      0,
      ...middle.slice(2),
      0,
      0,
      0,
      0,
      0,
    ]),
  });
  for (const corners of [
    [3, 0, 0, 3],
    [0, 3, 3, 0],
  ]) {
    const apart = contourLines(grid(corners), 2);
    expect(apart).toHaveLength(2);
    const joined = contourLines(grid(corners), 1);
    expect(joined).toHaveLength(1);
    for (const rings of [apart, joined]) {
      expectClosed(rings);
      expect(rings.every((ring) => areaOf(ring) > 0)).toBe(true);
    }
  }
});

test('20,000 points take a few tens of milliseconds', () => {
  const [x, y] = normalPoints(20_000, 1, 2, 0.3);
  const times = Array.from({ length: 7 }, () => {
    const begun = ownProcessorTime();
    densityContours(x, y, [0.5, 0.9]);
    return ownProcessorTime() - begun;
  });
  expect(times.sort((a, b) => a - b)[3]).toBeLessThan(60);
});
