import { expect, test } from 'vitest';
import type { LatentPlane } from '../../../src/latent/axes';
import { RandomStream } from '../../../src/random/stream';
import { SnapshotTurn } from '../../../src/engine-process/snapshots/snapshot-turn';

/** Along the first and the third of three dimensions, through (1, 2, 3). */
const plane: LatentPlane = {
  centre: Float64Array.of(1, 2, 3),
  axes: [
    { direction: Float64Array.of(1, 0, 0), offset: 1 },
    { direction: Float64Array.of(0, 0, 1), offset: 3 },
  ],
};
/** Turns a point by a right angle about the second axis, and mirrors that axis: (x, y, z) becomes (z, -y, -x). */
const turn = (points: Float32Array): Float32Array =>
  Float32Array.from(points, (_, i) => [points[i + 2]!, -points[i]!, -points[i - 2]!][i % 3]!);

test('without a turn, places are coordinates, and a position is its point on the plane', () => {
  const none = SnapshotTurn.none(3);
  expect(none.isTurned).toBe(false);
  expect(none.placesOn(plane, Float32Array.of(5, 6, 7, -1, 0, 2))).toEqual({
    x: Float32Array.of(5, -1),
    y: Float32Array.of(7, 2),
  });
  expect(none.pointAt(plane, [4, -4])).toEqual(Float32Array.of(4, 2, -4));
});

test('turned means lie where the map has them, and a position leads back into the space of the snapshot', () => {
  const now = new RandomStream(1, 'sample').normals(0, 60);
  const then = turn(now);
  const turned = SnapshotTurn.between(then, now, 3);
  expect(turned.isTurned).toBe(true);
  const { x, y } = turned.placesOn(plane, then);
  x.forEach((value, i) => expect(value).toBeCloseTo(now[3 * i]!, 5));
  y.forEach((value, i) => expect(value).toBeCloseTo(now[3 * i + 2]!, 5));
  const expected = turn(Float32Array.of(0.5, 2, -1.5));
  turned.pointAt(plane, [0.5, -1.5]).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
});

test('in too many dimensions nothing is turned', () => {
  const points = new RandomStream(1, 'sample').normals(0, 402);
  expect(SnapshotTurn.between(points, points, 201).isTurned).toBe(false);
});
