import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsAt } from '../../src/latent/axes';
import { nearestPoints, nearestPosteriors } from '../../src/latent/nearest';
import { Covariance, project } from '../../src/latent/pca';
import { RandomStream } from '../../src/random/stream';

const D = 3;
const rows = fc
  .array(fc.tuple(...Array.from({ length: D }, () => fc.integer({ min: -4, max: 4 }))), {
    minLength: 1,
    maxLength: 60,
  })
  .map((points) => Float32Array.from(points.flat()));
const square = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
const row = (values: Float32Array, i: number): Float32Array => values.subarray(i * D, (i + 1) * D);

describe('nearest', () => {
  test('points: those that sorting all distances gives, ties by number', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 8 }), (points, limit) => {
        const target = Float32Array.of(0.5, 0, -1);
        const all = Array.from({ length: points.length / D }, (_, i) => ({
          row: i,
          distance: Math.sqrt(square(row(points, i), target)),
        }));
        all.sort((a, b) => a.distance - b.distance || a.row - b.row);
        expect(nearestPoints(points, target, limit)).toEqual(all.slice(0, limit));
      }),
    );
  });

  test('posteriors: means and standard deviations both count, and one is left out', () => {
    const mean = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0);
    const logVariance = Float32Array.of(0, 0, 0, 0, 0, 0, 2 * Math.log(3), 0, 0);
    const own = { mean: new Float32Array(3), standardDeviation: Float32Array.of(1, 1, 1) };
    const found = nearestPosteriors(mean, logVariance, own, 3);
    expect(found.map((near) => near.row)).toEqual([0, 1, 2]);
    [0, 1, 2].forEach((distance, i) => expect(found[i]!.distance).toBeCloseTo(distance, 5));
    expect(nearestPosteriors(mean, logVariance, own, 3, 0).map((near) => near.row)).toEqual([1, 2]);
  });
});

describe('the way back from a plot', () => {
  const points = new RandomStream(1, 'sample').normals(0, 50 * D).map((value, i) => value * (1 + (i % D)));
  const covariance = new Covariance(D);
  covariance.add(points);
  const pca = covariance.components();
  const component = (k: number) => ({ direction: pca.directions.subarray(k * D, (k + 1) * D), offset: 0 });
  const dimension = (d: number) => ({
    direction: Float64Array.from({ length: D }, (_, i) => Number(i === d)),
    offset: pca.mean[d]!,
  });

  test('of principal components: projects to where it came from, the others at their mean', () => {
    const z = pointsAt({ centre: pca.mean, axes: [component(1), component(0)] }, Float32Array.of(0.7, -2));
    [-2, 0.7, 0].forEach((value, k) => expect(project(pca, z, k)[0]).toBeCloseTo(value, 5));
  });

  test('of two dimensions: they are as asked for, the other one at the mean', () => {
    const z = pointsAt({ centre: pca.mean, axes: [dimension(2), dimension(0)] }, Float32Array.of(0.7, -2));
    expect(z).toEqual(Float32Array.of(-2, pca.mean[1]!, 0.7));
  });

  test('of a component and a dimension: both are as asked for, and no such point is nearer to the mean', () => {
    const z = pointsAt({ centre: pca.mean, axes: [component(0), dimension(1)] }, Float32Array.of(1.5, 0.25));
    expect(project(pca, z, 0)[0]).toBeCloseTo(1.5, 5);
    expect(z[1]).toBeCloseTo(0.25, 5);
    // At right angles to both axes, nothing is left of the way from the mean.
    const [a, b] = [component(0).direction, dimension(1).direction];
    const across = [0, 1, 2].map(
      (i) => a[(i + 1) % 3]! * b[(i + 2) % 3]! - a[(i + 2) % 3]! * b[(i + 1) % 3]!,
    );
    const rest = across.reduce((sum, value, i) => sum + value * (z[i]! - pca.mean[i]!), 0);
    expect(rest).toBeCloseTo(0, 5);
  });

  test('where both axes are one, the first counts', () => {
    const z = pointsAt({ centre: pca.mean, axes: [dimension(1), dimension(1)] }, Float32Array.of(3, -5));
    expect(z[1]).toBe(3);
  });
});
