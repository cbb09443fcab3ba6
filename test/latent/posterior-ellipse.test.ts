import { describe, expect, test } from 'vitest';
import type { LatentPlane } from '../../src/latent/axes';
import { placeOf } from '../../src/latent/axes';
import { covarianceOn, ellipseOf } from '../../src/latent/posterior-ellipse';
import { RandomStream } from '../../src/random/stream';

/** A plane along two unit vectors. */
function planeOf(across: readonly number[], up: readonly number[]): LatentPlane {
  const unit = (v: readonly number[]): Float64Array =>
    Float64Array.from(v, (value) => value / Math.hypot(...v));
  return {
    centre: Float64Array.of(0.5, -1, 2),
    axes: [
      { direction: unit(across), offset: 0 },
      { direction: unit(up), offset: 3 },
    ],
  };
}
const DEVIATIONS = [0.3, 1, 2];
const VARIANCES = DEVIATIONS.map((value) => value * value);

describe('the posterior on the axes of a map', () => {
  test('along two latent dimensions: their variances', () => {
    const { xx, xy, yy } = covarianceOn(planeOf([1, 0, 0], [0, 0, 1]), VARIANCES);
    expect([xx, xy, yy]).toEqual([VARIANCES[0], 0, VARIANCES[2]]);
  });

  test.each([
    ['two orthogonal directions, like components', [1, 2, -1], [1, 0, 1]],
    ['a component and a dimension', [1, 2, -1], [0, 1, 0]],
    ['the same direction twice', [1, 2, -1], [1, 2, -1]],
  ])('along %s: the covariance of draws from it', (_, across, up) => {
    const plane = planeOf(across, up);
    const count = 40_000;
    const noise = new RandomStream(4, 'sample').normals(0, 3 * count);
    const drawn = Array.from({ length: count }, (_draw, i) =>
      placeOf(
        plane,
        DEVIATIONS.map((deviation, d) => 7 + deviation * noise[3 * i + d]!),
      ),
    );
    const mean = [0, 1].map((axis) => drawn.reduce((sum, place) => sum + place[axis]! / count, 0));
    const moment = (a: number, b: number): number =>
      drawn.reduce((sum, place) => sum + ((place[a]! - mean[a]!) * (place[b]! - mean[b]!)) / count, 0);
    const { xx, xy, yy } = covarianceOn(plane, VARIANCES);
    // Five standard errors of a variance: 5 sqrt(2 / 40,000) of it.
    for (const [exact, measured] of [
      [xx, moment(0, 0)],
      [xy, moment(0, 1)],
      [yy, moment(1, 1)],
    ] as const)
      expect(Math.abs(measured - exact)).toBeLessThan(5 * Math.sqrt(2 / count) * Math.max(xx, yy));
    // And the share of the draws inside its ellipses: 1 - exp(-1/2) and 1 - exp(-2).
    if (xx * yy - xy * xy < 1e-9) return;
    for (const sigmas of [1, 2]) {
      const { major, minor, angle } = ellipseOf({ xx, xy, yy }, sigmas);
      const inside = drawn.filter(([x, y]) => {
        const [dx, dy] = [x - mean[0]!, y - mean[1]!];
        const along = dx * Math.cos(angle) + dy * Math.sin(angle);
        const over = dy * Math.cos(angle) - dx * Math.sin(angle);
        return (along / major) ** 2 + (over / minor) ** 2 <= 1;
      }).length;
      expect(inside / count).toBeCloseTo(1 - Math.exp(-(sigmas ** 2) / 2), 2);
    }
  });
});

test('the ellipse of a covariance has its eigenvectors as axes', () => {
  // [[5, 2], [2, 2]] has the eigenvalues 6 and 1, the first along (2, 1).
  const { major, minor, angle } = ellipseOf({ xx: 5, xy: 2, yy: 2 }, 2);
  expect(major).toBeCloseTo(2 * Math.sqrt(6), 12);
  expect(minor).toBeCloseTo(2, 12);
  expect(Math.tan(angle)).toBeCloseTo(0.5, 12);
  expect(ellipseOf({ xx: 1, xy: 0, yy: 4 }, 1)).toMatchObject({ major: 2, minor: 1, angle: Math.PI / 2 });
  // A line: both axes of the map are the same.
  expect(ellipseOf({ xx: 2, xy: 2, yy: 2 }, 1).minor).toBe(0);
});
