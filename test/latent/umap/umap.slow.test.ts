import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { curveFor } from '../../../src/latent/umap/membership-curve';
import { memberships, neighbourGraph } from '../../../src/latent/umap/neighbour-graph';
import { NeighbourIndex } from '../../../src/latent/umap/neighbour-index';
import type { Neighbours } from '../../../src/latent/umap/neighbour-index';
import { RandomStream } from '../../../src/random/stream';
import { layOut } from '../../../src/model/umap-layout';

/** What a generator returns, and what it yielded. */
function run<Y, R>(work: Generator<Y, R>): { readonly said: Y[]; readonly result: R } {
  const said: Y[] = [];
  for (;;) {
    const next = work.next();
    if (next.done) return { said, result: next.value };
    said.push(next.value);
  }
}

function distancesFrom(points: Float32Array, d: number, of: ArrayLike<number>): number[] {
  return Array.from({ length: points.length / d }, (_, i) =>
    Math.hypot(...Array.from({ length: d }, (_, j) => points[i * d + j]! - of[j]!)),
  );
}

/** Clusters about random centres: point i belongs to number i % clusters. */
function clustered(count: number, d: number, clusters: number): Float32Array {
  const stream = new RandomStream(5, 'sample');
  const centres = stream.normals(0, clusters * d);
  const noise = stream.normals(1, count * d);
  return noise.map((value, i) => 4 * centres[(Math.floor(i / d) % clusters) * d + (i % d)]! + 0.5 * value);
}

const points = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 4, max: 400 }), fc.integer({ min: 0, max: 1000 }))
  // Coarse, so that many points are the same and many distances are equal.
  .map(([d, count, seed]) => ({
    d,
    values: new RandomStream(seed, 'sample').normals(0, d * count).map((value) => Math.round(2 * value)),
  }));

describe('exact neighbours', () => {
  test('of each point: the distances that sorting all of them gives, and not the point itself', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 3 }), ({ d, values }, k) => {
        const { said, result } = run(new NeighbourIndex(values, d).ofEach(k));
        expect(said.at(-1)).toBe(values.length / d);
        for (let i = 0; i < values.length / d; i++) {
          const all = distancesFrom(values, d, values.subarray(i * d, (i + 1) * d));
          const rows = Array.from(result.rows.subarray(i * k, (i + 1) * k));
          expect(new Set([...rows, i]).size).toBe(k + 1);
          const expected = all.filter((_, other) => other !== i).sort((a, b) => a - b);
          rows.forEach((row, j) => {
            expect(all[row]).toBeCloseTo(expected[j]!, 4);
            expect(result.distances[i * k + j]).toBeCloseTo(expected[j]!, 4);
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  test('of other points among these', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 4 }), ({ d, values }, k) => {
        const others = values.map((value, i) => value * 0.8 + (i % 3) - 1);
        const { result } = run(new NeighbourIndex(values, d).of(others, k));
        for (let i = 0; i < others.length / d; i++) {
          const all = distancesFrom(values, d, others.subarray(i * d, (i + 1) * d));
          const expected = all.toSorted((a, b) => a - b);
          for (let j = 0; j < k; j++) expect(all[result.rows[i * k + j]!]).toBeCloseTo(expected[j]!, 4);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('the graph', () => {
  const near: Neighbours = {
    k: 2,
    rows: Int32Array.of(1, 2, 0, 2, 1, 0),
    distances: Float32Array.of(1, 2, 1, 1.5, 1.5, 2),
  };

  test('a point belongs to its neighbours as much as log2(k + 1) of them, to the nearest wholly', () => {
    const found = memberships(near);
    for (let i = 0; i < 3; i++) {
      expect(found[2 * i]).toBe(1);
      expect(found[2 * i]! + found[2 * i + 1]!).toBeCloseTo(Math.log2(3), 4);
    }
  });

  test('points at the same place belong together wholly', () => {
    const found = memberships({ k: 3, rows: new Int32Array(3), distances: Float32Array.of(0, 0, 1) });
    expect(Array.from(found)).toEqual([1, 1, 1]);
    expect(Array.from(memberships({ ...near, distances: new Float32Array(6) }))).toEqual(Array(6).fill(1));
  });

  test('has each pair once, with the union of what both are to each other', () => {
    const { first, second, weight } = neighbourGraph(near);
    const towards = memberships(near);
    const pairs = Array.from(first, (one, i) => `${one} ${second[i]}`);
    expect(pairs.sort()).toEqual(['0 1', '0 2', '1 2']);
    const between = Array.from(first).findIndex((one, i) => one === 0 && second[i] === 2);
    const [a, b] = [towards[1]!, towards[5]!];
    expect(weight[between]).toBeCloseTo(a + b - a * b, 6);
  });
});

// What umap-learn 0.5 fits for these distances.
test.each([
  [0.1, 1.57694, 0.89506],
  [0.5, 0.58303, 1.33417],
  [0.001, 1.92908, 0.7915],
])('the curve for a least distance of %d', (minDist, a, b) => {
  const curve = curveFor(minDist);
  expect(curve.a).toBeCloseTo(a, 4);
  expect(curve.b).toBeCloseTo(b, 4);
});

describe('a layout', () => {
  const [count, d, clusters] = [300, 8, 5];
  const values = clustered(count, d, clusters);
  const usual = { neighbours: 15, minDist: 0.1, seed: 3, most: 1000 };

  /** Part of the points whose nearest other one in the layout is of the same cluster. */
  function agreement(places: Float32Array): number {
    const { rows } = run(new NeighbourIndex(places, 2).ofEach(1)).result;
    return rows.filter((row, i) => row % clusters === i % clusters).length / count;
  }

  test('keeps clusters together, and is the same each time', () => {
    const { said, result } = run(layOut(values, d, usual));
    expect(result).toMatchObject({ fitted: count, epochs: 500 });
    expect(said.at(-1)).toEqual({ stage: 'layout', done: 500, total: 500 });
    expect(agreement(result.places)).toBeGreaterThan(0.99);
    expect(run(layOut(values, d, usual)).result).toEqual(result);
    const other = run(layOut(values, d, { ...usual, seed: 4 })).result;
    expect(other.places).not.toEqual(result.places);
  });

  test('puts those that are not laid out themselves among their neighbours', () => {
    const { said, result } = run(layOut(values, d, { ...usual, most: 100 }));
    expect(result.fitted).toBe(100);
    expect(said.at(-1)).toEqual({ stage: 'rest', done: 200, total: 200 });
    expect(result.places.every(Number.isFinite)).toBe(true);
    expect(agreement(result.places)).toBeGreaterThan(0.97);
  });

  test('of few points, of one dimension, and of points that are all the same', () => {
    for (const [some, dimensions] of [
      [Float32Array.of(1, 2, 3), 1],
      [Float32Array.of(1, 2, 2, 3, 5, 1), 2],
      [new Float32Array(40).fill(0.3), 4],
    ] as const) {
      const { places } = run(layOut(some, dimensions, { ...usual, neighbours: 3 })).result;
      expect(places).toHaveLength((2 * some.length) / dimensions);
      expect(places.every(Number.isFinite)).toBe(true);
      expect(new Set(places).size).toBeGreaterThan(3);
    }
  });
});
