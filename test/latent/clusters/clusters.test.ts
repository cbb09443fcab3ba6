import { describe, expect, test } from 'vitest';
import { clusterNames, clusterPlaces, groupsOfLabels } from '../../../src/latent/clusters/cluster-names';
import { kMeans } from '../../../src/latent/clusters/k-means';
import { meanSilhouette, pairDistances } from '../../../src/latent/clusters/silhouette';
import type { Clusters } from '../../../src/latent/clusters/find-clusters';
import { clustersOf } from '../../../src/model/map-clusters';
import { RandomStream } from '../../../src/random/stream';
import { uniformSource } from '../../../src/random/uniform-source';
import { ownProcessorTime } from '../../support/processor-time';

function run(points: Float32Array, d: number, seed = 1, most = 10): Clusters {
  const steps = clustersOf(points, d, { most, seed });
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}

/** Groups of points around centres far from each other, in turn. */
function blobs(count: number, d: number, groups: number, spread: number): Float32Array {
  const noise = new RandomStream(6, 'sample').normals(0, count * d);
  return noise.map((value, i) => {
    const group = Math.floor(i / d) % groups;
    return spread * value + 10 * Number(i % d === group % d) * (1 + Math.floor(group / d));
  });
}

describe('k-means', () => {
  test('finds the best of all divisions of a few points', () => {
    const points = new RandomStream(9, 'sample').normals(0, 20);
    const count = 10;
    const inertiaOf = (division: number): number =>
      [0, 1].reduce((sum, side) => {
        const rows = Array.from({ length: count }, (_, i) => i).filter((i) => ((division >> i) & 1) === side);
        const mean = [0, 1].map(
          (axis) => rows.reduce((total, i) => total + points[2 * i + axis]!, 0) / rows.length,
        );
        return (
          sum +
          rows.reduce(
            (total, i) => total + (points[2 * i]! - mean[0]!) ** 2 + (points[2 * i + 1]! - mean[1]!) ** 2,
            0,
          )
        );
      }, 0);
    const best = Math.min(...Array.from({ length: 2 ** count - 2 }, (_, i) => inertiaOf(i + 1)));
    const uniform = uniformSource(new RandomStream(1, 'cluster'), 0);
    const found = Array.from({ length: 20 }, () => kMeans(points, 2, 2, uniform));
    expect(Math.min(...found.map(({ inertia }) => inertia))).toBeCloseTo(best, 5);
    for (const { inertia, assigned } of found) {
      const division = assigned.reduce((bits, side, i) => bits | (side << i), 0);
      expect(inertia).toBeCloseTo(inertiaOf(division), 5);
    }
  });
});

describe('the silhouette', () => {
  test('of four points on a line, worked by hand', () => {
    const distances = pairDistances(Float32Array.of(0, 1, 10, 11), 1);
    // a = 1 for all; b = 10.5 for the outer points, 9.5 for the inner ones.
    const expected = (9.5 / 10.5 + 8.5 / 9.5) / 2;
    expect(meanSilhouette(distances, Uint8Array.of(0, 0, 1, 1), 2)).toBeCloseTo(expected, 6);
  });

  test('is 0 for a point alone and for a single cluster, and below 0 for points in the wrong cluster', () => {
    const distances = pairDistances(Float32Array.of(0, 1, 10), 1);
    expect(meanSilhouette(distances, Uint8Array.of(0, 0, 1), 2)).toBeCloseTo((0.9 + 8 / 9) / 3, 6);
    expect(meanSilhouette(distances, Uint8Array.of(0, 0, 0), 1)).toBe(0);
    expect(meanSilhouette(distances, Uint8Array.of(0, 1, 0), 2)).toBeLessThan(0);
  });
});

describe('the clusters of points', () => {
  test.each([2, 3, 5, 7])('are the %i groups that there are', (groups) => {
    const points = blobs(1400, 4, groups, 0.4);
    const { assigned, sizes, silhouette } = run(points, 4);
    expect(sizes).toHaveLength(groups);
    expect(silhouette).toBeGreaterThan(0.8);
    const byGroup = Array.from(
      { length: groups },
      (_, group) => new Set(assigned.filter((_c, i) => i % groups === group)),
    );
    expect(byGroup.every((clusters) => clusters.size === 1)).toBe(true);
    expect(new Set(byGroup.map(([cluster]) => cluster)).size).toBe(groups);
  });

  test('follow from points and seed, and are numbered by size', () => {
    const points = new RandomStream(3, 'sample').normals(0, 3000);
    const first = run(points, 2, 5);
    expect(run(points, 2, 5)).toEqual(first);
    expect([...first.sizes]).toEqual([...first.sizes].sort((a, b) => b - a));
    expect(first.sizes.reduce((sum, size) => sum + size, 0)).toBe(1500);
    first.sizes.forEach((size, cluster) =>
      expect(first.assigned.filter((one) => one === cluster)).toHaveLength(size),
    );
  });

  test('of points that do not differ, of one and of two, are one', () => {
    for (const points of [new Float32Array(60), Float32Array.of(1, 2, 3), Float32Array.of(1, 2, 3, 4, 5, 6)])
      expect(run(points, 3)).toMatchObject({ silhouette: null, sizes: Uint32Array.of(points.length / 3) });
  });

  test('of 100,000 points take a few seconds, in turns of a fraction of a second', () => {
    const points = blobs(100_000, 20, 9, 1);
    const steps = clustersOf(points, 20, { most: 12, seed: 1 });
    const turns: number[] = [];
    for (let done = false; !done;) {
      const begun = ownProcessorTime();
      done = steps.next().done!;
      turns.push(ownProcessorTime() - begun);
    }
    expect(turns.reduce((sum, time) => sum + time, 0)).toBeLessThan(6000);
    expect(Math.max(...turns)).toBeLessThan(600);
  });
});

describe('names of clusters', () => {
  const name = (sizes: number[], labels: number[], classes: number) => {
    const assigned = Uint8Array.from(sizes.flatMap((size, cluster) => Array<number>(size).fill(cluster)));
    return clusterNames(assigned, Uint32Array.from(sizes), groupsOfLabels(labels, classes));
  };
  const of = (label: number, count: number): number[] => Array<number>(count).fill(label);

  test('are the commonest label of a cluster that is purer than the whole; others are mixed', () => {
    const labels = [...of(0, 45), ...of(1, 5), ...of(0, 5), ...of(1, 45), ...of(0, 25), ...of(1, 25)];
    const [first, second, third] = name([50, 50, 50], labels, 2);
    expect(first).toMatchObject({ group: 0, share: 0.9, base: 0.5, isDistinct: true });
    expect(second).toMatchObject({ group: 1, share: 0.9, base: 0.5, isDistinct: true });
    expect(third).toMatchObject({ share: 0.5, base: 0.5, isDistinct: false });
  });

  test('do not take chance for purity: three of four in a small cluster say nothing', () => {
    const [small] = name([4, 96], [...of(0, 3), 1, ...of(0, 47), ...of(1, 49)], 2);
    expect(small).toMatchObject({ group: 0, share: 0.75, base: 0.5, isDistinct: false });
  });

  test('of classes drawn at random are rare', () => {
    const uniform = uniformSource(new RandomStream(2, 'sample'), 0);
    const draws = Array.from({ length: 10 }, () => {
      const labels = Array.from({ length: 4000 }, () => Math.floor(5 * uniform()));
      return name(of(200, 20), labels, 5);
    });
    // Of 200 clusters the commonest of 5 classes passes 3 standard errors with a chance of about 1 in 150.
    expect(draws.flat().filter((one) => one!.isDistinct).length).toBeLessThan(8);
  });

  test('are null without a class, and images may be in several groups', () => {
    expect(name([2, 2], [-1, -1, 0, 0], 1)).toMatchObject([null, { group: 0, share: 1, base: 0.5 }]);
    const tags = [
      [0, 1, 2],
      [1, 2, 3],
    ];
    const [cluster] = clusterNames(Uint8Array.of(0, 0, 0, 1), Uint32Array.of(3, 1), tags);
    expect(cluster).toMatchObject({ group: 0, share: 1, base: 0.75 });
  });

  test('stand at the medians of their images', () => {
    const x = Float32Array.of(1, 2, 900, NaN, 5);
    expect([...clusterPlaces(Uint8Array.of(0, 0, 0, 0, 1), 3, x, x)]).toEqual([2, 2, 5, 5, NaN, NaN]);
  });
});
