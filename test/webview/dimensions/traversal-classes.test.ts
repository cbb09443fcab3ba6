import { expect, test } from 'vitest';
import type { Traversals } from '../../../src/protocol/engine';
import { classesOfRow, traversedPoints } from '../../../webview/dimensions/traversal-classes';

const pictures = { width: 1, height: 1, channels: 1, count: 0, bytes: new Uint8Array(0) } as const;

test('the points of traversals are the centre with the coordinate of each picture', () => {
  const traversals: Traversals = {
    ...{ origin: Float32Array.of(0, 0, 0), centre: Float32Array.of(1, 2, 3), picture: pictures },
    ...{ values: Float32Array.of(-1, 0.5, 7, 8), pictures, step: 1 },
  };
  expect(Array.from(traversedPoints(traversals, [2, 0]))).toEqual([1, 2, -1, 1, 2, 0.5, 7, 2, 3, 8, 2, 3]);
});

test('a row has its own points of all', () => {
  const points = {
    ...{ classes: Uint32Array.of(4, 9), names: ['a', 'b'], step: 1 },
    ...{ probabilities: Float32Array.of(0, 1, 0.25, 0.75, 0.5, 0.5), top: Uint32Array.of(9, 9, 4) },
  };
  const row = classesOfRow(points, 1, 2);
  expect([Array.from(row.probabilities), Array.from(row.top)]).toEqual([
    [0.25, 0.75, 0.5, 0.5],
    [9, 4],
  ]);
});
