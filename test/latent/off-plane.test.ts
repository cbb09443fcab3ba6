import { describe, expect, test } from 'vitest';
import { amongNeighbours, weightedMean } from '../../src/latent/among-neighbours';
import { offPlane, placeOf, pointsAt } from '../../src/latent/axes';
import type { LatentPlane } from '../../src/latent/axes';
import { nearestPoints } from '../../src/latent/nearest';
import { RandomStream } from '../../src/random/stream';

const unit = (...v: number[]): Float64Array => Float64Array.from(v, (value) => value / Math.hypot(...v));
const centre = Float64Array.of(1, -2, 0.5, 3);
const planes: Record<string, LatentPlane> = {
  'two dimensions': {
    centre,
    axes: [
      { direction: unit(0, 0, 1, 0), offset: 0.5 },
      { direction: unit(1, 0, 0, 0), offset: 1 },
    ],
  },
  'two components': {
    centre,
    axes: [
      { direction: unit(1, 1, 0, 1), offset: 0 },
      { direction: unit(1, -1, 2, 0), offset: 0 },
    ],
  },
  'a component and a dimension': {
    centre,
    axes: [
      { direction: unit(1, 1, 0, 1), offset: 0 },
      { direction: unit(0, 1, 0, 0), offset: -2 },
    ],
  },
  'the same axis twice': {
    centre,
    axes: [
      { direction: unit(1, 1, 0, 1), offset: 0 },
      { direction: unit(1, 1, 0, 1), offset: 0 },
    ],
  },
};

describe.each(Object.entries(planes))('what lies off a plane along %s', (_, plane) => {
  const z = Float32Array.of(0.3, 5, -2, 1);
  const residual = offPlane(plane, z);

  test('is orthogonal to both axes', () => {
    for (const { direction } of plane.axes)
      expect(direction.reduce((sum, value, i) => sum + value * residual[i]!, 0)).toBeCloseTo(0, 12);
  });

  test('leads from the plane to the point, which keeps its place on the way', () => {
    const place = placeOf(plane, z);
    const start = pointsAt(plane, Float32Array.from(place));
    for (const t of [0, 0.5, 1]) {
      const point = start.map((value, i) => value + t * residual[i]!);
      placeOf(plane, point).forEach((value, axis) => expect(value).toBeCloseTo(place[axis]!, 5));
      if (t === 1) point.forEach((value, i) => expect(value).toBeCloseTo(z[i]!, 5));
    }
  });

  test('is nothing for a point of the plane', () => {
    const point = pointsAt(plane, Float32Array.from(placeOf(plane, z)));
    for (const value of offPlane(plane, point)) expect(value).toBeCloseTo(0, 6);
  });
});

test('the place of a point is its coordinates', () => {
  expect(placeOf(planes['two dimensions']!, [9, 8, 7, 6])).toEqual([7, 9]);
});

describe('a place on a layout that cannot be inverted', () => {
  const COUNT = 200;
  const places = new RandomStream(2, 'sample').normals(0, 2 * COUNT);
  const points = new RandomStream(2, 'sample').normals(1, 3 * COUNT);
  const at = (...place: number[]) => amongNeighbours(places, Float32Array.from(place));

  test('is a mean of the 15 points around it, nearer ones with more weight', () => {
    const { rows, weights } = at(0.2, -0.1);
    const near = nearestPoints(places, Float32Array.of(0.2, -0.1), 16);
    expect([...rows]).toEqual(near.map(({ row }) => row));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect([...weights]).toEqual([...weights].sort((a, b) => b - a));
    expect(weights[15]).toBe(0);
    expect(weights[0]).toBeLessThan(1);
  });

  test('changes continuously along a line, also where a neighbour is replaced by another', () => {
    const steps = 4000;
    let last: Float64Array | null = null;
    for (let i = 0; i <= steps; i++) {
      const mean = weightedMean(points, 3, at(-1 + (2 * i) / steps, 0.3));
      // A step of 0.0005; with 15 equal weights, a change of neighbours would be a jump of about 0.1.
      if (last !== null) expect(Math.hypot(...mean.map((value, d) => value - last![d]!))).toBeLessThan(0.03);
      last = mean;
    }
  });

  test('of few points, and of points in one place, is their mean', () => {
    const one = amongNeighbours(Float32Array.of(1, 2), Float32Array.of(5, 5));
    expect([[...one.rows], [...one.weights]]).toEqual([[0], [1]]);
    const same = amongNeighbours(new Float32Array(8), Float32Array.of(0, 0));
    expect([...same.weights]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect([...weightedMean(Float32Array.of(1, 2, 3, 6), 1, same)]).toEqual([3]);
  });
});
