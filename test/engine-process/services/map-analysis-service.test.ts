import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { placeOf, pointsAt } from '../../../src/latent/axes';
import { decodePictures } from '../../../src/model/decode';
import type { Model } from '../../../src/model/model';
import type { MapColumn } from '../../../src/protocol/map';
import type { Handlers } from '../../../src/protocol/rpc';
import type { EngineMethods } from '../../../src/protocol/schemas/engine';
import type { OffPlaneRequest } from '../../../src/protocol/schemas/latent';
import type { Latents } from '../../../src/runs/latents';
import { writeLayout } from '../../../src/runs/umap-files';
import { EncodeDatasetJob } from '../../../src/engine-process/map/encode-dataset-job';
import { engineService } from '../../../src/engine-process/services/engine-service';
import { reconstruct, shownRows } from '../../../src/engine-process/services/reconstructions';
import { RandomStream } from '../../../src/random/stream';
import { contextOf, tinyModel } from '../support';
import { eventually } from '../../support/eventually';

const LATENT = 4;
const never = new AbortController().signal;
let folder: string;
let dataset: Dataset;
let model: Model;
let service: Handlers<EngineMethods>;
let latents: Latents;
let key: string;
/** A layout as UMAP might make one, and a job that has read it. */
const PLACES = new RandomStream(1, 'sample').normals(0, 400);
let laidOut: Handlers<EngineMethods>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'analysis-'));
  ({ dataset, model } = await tinyModel(LATENT));
  const context = contextOf(() => model, dataset);
  const job = (): EncodeDatasetJob =>
    new EncodeDatasetJob({
      ...{ runFolder: folder, scheduler: context.scheduler, dataset: () => Promise.resolve(dataset) },
      snapshot: () => Promise.resolve({ model, release: () => undefined }),
      log: (message) => {
        throw new Error(message);
      },
    });
  const first = job();
  first.start();
  await eventually(() => first.busy).toBe(false);
  service = engineService({ ...context, latents: first });
  key = (await first.state()).set!.key;
  ({ latents } = await first.encoded());
  const { step, fingerprint } = latents;
  await writeLayout(folder, {
    ...{ places: PLACES, fitted: 200, epochs: 1, step, fingerprint, count: 200 },
    ...{ neighbours: 15, minDist: 0.1, seed: 0, most: 1000 },
  });
  laidOut = engineService({ ...context, latents: job() });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const row = (values: Float32Array, index: number): Float32Array =>
  values.slice(index * LATENT, (index + 1) * LATENT);
const column = (name: MapColumn): Promise<Float32Array> =>
  Promise.resolve(service.mapColumn({ key, first: 0, count: 1000, column: name }, never));
const near = (values: ArrayLike<number>, expected: ArrayLike<number>, digits = 5): void => {
  expect(values).toHaveLength(expected.length);
  Array.from(values, (value, i) => expect(value).toBeCloseTo(expected[i]!, digits));
};

describe('the clusters of the map', () => {
  test('of the means cover all images, and are named by their commonest label', async () => {
    const found = await service.mapClusters({ key, of: 'means', most: 6, seed: 2 }, never);
    const { assigned, sizes, names, silhouette } = found;
    expect(await service.mapClusters({ key, of: 'means', most: 6, seed: 2 }, never)).toEqual(found);
    expect(assigned).toHaveLength(200);
    expect(silhouette).toBeGreaterThan(-1);
    sizes.forEach((size, cluster) => {
      const labels = Array.from(dataset.labels!.values).filter((_, i) => assigned[i] === cluster);
      expect(labels).toHaveLength(size);
      const most = Math.max(...labels.map((label) => labels.filter((one) => one === label).length));
      const { label, share, base, group } = names![cluster]!;
      expect(share).toBeCloseTo(most / size, 12);
      expect(label).toBe(dataset.labels!.names[group]);
      expect(base).toBeCloseTo(dataset.labels!.values.filter((one) => one === group).length / 200, 12);
    });
  });

  test('of places on the map are those of its points, whatever the unit of a measure', async () => {
    const of = { x: 'umap:0', y: 'umap:1' } as const;
    const { assigned, sizes } = await laidOut.mapClusters({ key, of, most: 5, seed: 0 }, never);
    // Each point is nearest to the mean of its own cluster.
    const means = Array.from(sizes, (size, cluster) =>
      [0, 1].map((axis) =>
        assigned.reduce((sum, one, i) => sum + Number(one === cluster) * (PLACES[2 * i + axis]! / size), 0),
      ),
    );
    const wrong = Array.from(assigned).filter((own, i) => {
      const apart = means.map(([x, y]) => Math.hypot(PLACES[2 * i]! - x!, PLACES[2 * i + 1]! - y!));
      return apart.indexOf(Math.min(...apart)) !== own;
    });
    expect(wrong.length).toBeLessThan(4);
    const measures = { x: 'elbo', y: 'kl' } as const;
    const { sizes: two } = await service.mapClusters({ key, of: measures, most: 5, seed: 0 }, never);
    expect(two.reduce((sum, size) => sum + size, 0)).toBe(200);
  });

  test('are given up when nobody waits for them, and refuse a column that does not exist', async () => {
    const gone = AbortSignal.abort(new Error('gone'));
    const request = { key, most: 5, seed: 0 };
    await expect(service.mapClusters({ ...request, of: 'means' }, gone)).rejects.toThrow('gone');
    await expect(
      service.mapClusters({ ...request, of: { x: 'pc:0', y: 'mean:9' } }, never),
    ).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('the plane that the map shows', () => {
  test('has the images’ places on its axes as coordinates', async () => {
    for (const [x, y] of [
      ['mean:2', 'mean:0'],
      ['pc:0', 'pc:1'],
      ['pc:1', 'mean:3'],
    ] as const) {
      const plane = (await service.mapPlane({ key, x, y }, never))!;
      const [across, up] = [await column(x), await column(y)];
      for (const image of [0, 77, 199])
        near(placeOf(plane, row(latents.mean, image)), [across[image]!, up[image]!]);
      const { z } = await service.mapPoints({ key, x, y, places: Float32Array.of(0.3, -1) }, never);
      near(pointsAt(plane, Float32Array.of(0.3, -1)), z);
    }
  });

  test('does not exist for a UMAP layout and for measures, and then posteriors have no ellipse', async () => {
    for (const [x, y] of [
      ['umap:0', 'umap:1'],
      ['elbo', 'pc:0'],
      ['pc:0', 'norm'],
    ] as const) {
      expect(await laidOut.mapPlane({ key, x, y }, never)).toBeNull();
      expect(await laidOut.mapPosteriors({ key, x, y, ids: [dataset.id(0)] }, never)).toBeNull();
    }
  });

  test('shows an image’s posterior at its place, with the variances of the encoder', async () => {
    const ids = [dataset.id(8), dataset.id(150)];
    const answer = await service.mapPosteriors({ key, x: 'mean:1', y: 'mean:3', ids }, never);
    const { mean, logVariance } = await model.session.encode(
      dataset.images.gather(Uint32Array.of(8, 150)),
      2,
    );
    near(answer!.places, [mean[1]!, mean[3]!, mean[5]!, mean[7]!]);
    const variance = (i: number): number => Math.exp(logVariance[i]!);
    near(answer!.covariances, [variance(1), 0, variance(3), variance(5), 0, variance(7)], 4);
    await expect(
      service.mapPosteriors({ key, x: 'pc:0', y: 'pc:1', ids: ['../x'] }, never),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a place beside the plane', () => {
  const probe = (
    own: Handlers<EngineMethods>,
    [x, y]: readonly [MapColumn, MapColumn],
    at: readonly [number, number],
    off: OffPlaneRequest,
  ) => Promise.resolve(own.probe({ view: 'a', place: { key, x, y, at, off }, nearest: 0 }, never));

  test.each([[['mean:0', 'mean:2']], [['pc:0', 'pc:1']], [['pc:2', 'mean:1']]] as const)(
    'on %s: 0 is the plane, 1 the image itself',
    async (axes) => {
      const at = [(await column(axes[0]))[42]!, (await column(axes[1]))[42]!] as const;
      const towards = { id: dataset.id(42) };
      const places = Float32Array.from(at);
      const { z: plane } = await service.mapPoints({ key, x: axes[0], y: axes[1], places }, never);
      const start = await probe(service, axes, at, { towards, t: 0 });
      near(start.z, plane);
      const end = await probe(service, axes, at, { towards, t: 1 });
      near(end.z, row(latents.mean, 42));
      expect(end.picture).toEqual(await decodePictures(model, end.z, 1));
      expect(end.off!.ids).toEqual([dataset.id(42)]);
      const half = await probe(service, axes, at, { towards, t: 0.5 });
      near(
        half.z,
        plane.map((value, i) => (value + end.z[i]!) / 2),
      );
      expect(end.standsFor).toBeNull();
    },
  );

  test('leads to the mean of what lies beside the plane at the nearest images', async () => {
    const [across, up] = [await column('pc:0'), await column('pc:1')];
    const order = Array.from({ length: 200 }, (_, i) => i).sort(
      (a, b) => Math.hypot(across[a]! - 0.1, up[a]!) - Math.hypot(across[b]! - 0.1, up[b]!),
    );
    const { off } = await probe(service, ['pc:0', 'pc:1'], [0.1, 0], { towards: { nearest: 3 }, t: 0.7 });
    expect(off!.ids).toEqual(order.slice(0, 3).map((i) => dataset.id(i)));
    const plane = (await service.mapPlane({ key, x: 'pc:0', y: 'pc:1' }, never))!;
    const residuals = order.slice(0, 3).map((i) => {
      const z = row(latents.mean, i);
      return z.map((value, d) => value - pointsAt(plane, Float32Array.from(placeOf(plane, z)))[d]!);
    });
    near(
      off!.residual,
      residuals[0]!.map((_, d) => residuals.reduce((sum, one) => sum + one[d]! / 3, 0)),
    );
  });

  test('on a UMAP layout starts at a mean of the images around it, and ends at the image', async () => {
    const axes = ['umap:0', 'umap:1'] as const;
    const at = [PLACES[20]!, PLACES[21]!] as const;
    const start = await probe(laidOut, axes, at, { towards: { nearest: 1 }, t: 0 });
    expect(start.off!.ids).toEqual([dataset.id(10)]);
    expect(start.standsFor).toBeNull();
    const means = Array.from({ length: 200 }, (_, i) => row(latents.mean, i));
    const apart = means.map((_, i) => Math.hypot(PLACES[2 * i]! - at[0], PLACES[2 * i + 1]! - at[1]));
    const radius = [...apart].sort((a, b) => a - b)[15]!;
    const weights = apart.map((distance) => Math.max(0, 1 - (distance / radius) ** 2) ** 2);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    near(
      start.z,
      Array.from({ length: LATENT }, (_, d) =>
        means.reduce((total, mean, i) => total + (weights[i]! / sum) * mean[d]!, 0),
      ),
    );
    near((await probe(laidOut, axes, at, { towards: { nearest: 1 }, t: 1 })).z, means[10]!);
    // Without it, a position stands for the nearest image, as before.
    const [x, y] = axes;
    const plain = await laidOut.probe({ view: 'a', place: { key, x, y, at }, nearest: 0 }, never);
    expect(plain.standsFor).toMatchObject({ id: dataset.id(10) });
    expect(plain).not.toHaveProperty('off');
  });

  test('of measures, of an unknown image or of half a layout is refused', async () => {
    const off = { towards: { nearest: 1 }, t: 0 };
    await expect(probe(service, ['elbo', 'pc:0'], [0, 0], off)).rejects.toMatchObject({ code: 'bad-input' });
    await expect(probe(laidOut, ['umap:0', 'pc:0'], [0, 0], off)).rejects.toMatchObject({
      code: 'bad-input',
    });
    await expect(
      probe(service, ['pc:0', 'pc:1'], [0, 0], { towards: { id: 'x' }, t: 0 }),
    ).rejects.toMatchObject({ code: 'not-found' });
    await expect(
      probe(service, ['pc:0', 'pc:1'], [0, 0], { towards: { nearest: 1 }, t: 11 }),
    ).rejects.toThrow('expected at most 10');
  });
});

test('the rank of an image is the number of images with a higher bound, and one', async () => {
  const elbo = await column('elbo');
  const ids = [5, 60, 199].map((i) => dataset.id(i));
  const { images, step } = await service.mapRanks({ key, ids }, never);
  expect(step).toBe(12);
  [5, 60, 199].forEach((image, i) =>
    expect(images[i]).toEqual({
      ...{ id: ids[i], elbo: elbo[image], of: 200 },
      rank: 1 + elbo.filter((value) => value > elbo[image]!).length,
      below: elbo.filter((value) => value < elbo[image]!).length / 200,
    }),
  );
  await expect(service.mapRanks({ key, ids: ['x'] }, never)).rejects.toMatchObject({ code: 'not-found' });
});

describe('the spread of a selection', () => {
  const steps = Float32Array.of(-2, 0, 2);

  test('is the principal components of its own encodings, decoded in steps from its mean', async () => {
    const images = [3, 9, 27, 81, 100, 150];
    const of = { ids: images.map((i) => dataset.id(i)) };
    const spread = await service.selectionSpread({ of, components: 2, steps }, never);
    expect(spread).toMatchObject({ images: 6, step: 12, steps });
    expect(spread.components).toHaveLength(2);
    const points = images.map((i) => row(latents.mean, i));
    const mean = Array.from({ length: LATENT }, (_, d) => points.reduce((sum, z) => sum + z[d]! / 6, 0));
    near(spread.mean, mean);
    const total = points.reduce(
      (sum, z) => sum + z.reduce((s, value, d) => s + (value - mean[d]!) ** 2 / 6, 0),
      0,
    );
    spread.components.forEach(({ share, deviation, direction }, k) => {
      const { vector, start, counts, score, step, fingerprint } = direction;
      expect({ counts, score, step, fingerprint }).toEqual({
        ...{ counts: [6, 0], score: null, step: 12, fingerprint: dataset.fingerprint },
      });
      // One length of the vector is two standard deviations, and its middle the mean.
      expect(Math.hypot(...vector)).toBeCloseTo(2 * deviation, 5);
      near(
        start.map((value, d) => value + vector[d]! / 2),
        mean,
      );
      // The variance of the points along it, and that their covariance leads back along it: C v = λ v.
      const unit = vector.map((value) => value / (2 * deviation));
      const along = points.map((z) => z.reduce((sum, value, d) => sum + (value - mean[d]!) * unit[d]!, 0));
      expect(along.reduce((sum, value) => sum + value * value, 0) / 6).toBeCloseTo(deviation ** 2, 5);
      near(
        unit.map((_, d) => points.reduce((sum, z, i) => sum + (z[d]! - mean[d]!) * (along[i]! / 6), 0)),
        unit.map((value) => deviation ** 2 * value),
      );
      expect(share).toBeCloseTo(deviation ** 2 / total, 5);
      steps.forEach((step2, column2) =>
        near(
          row(spread.z, k * 3 + column2),
          mean.map((value, d) => value + step2 * deviation * unit[d]!),
        ),
      );
    });
    expect(spread.pictures).toEqual(await decodePictures(model, spread.z, 6));
  });

  test('of a label has at most as many components as images less one', async () => {
    const few = { ids: [dataset.id(1), dataset.id(2)] };
    expect((await service.selectionSpread({ of: few, components: 4, steps }, never)).components).toHaveLength(
      1,
    );
    const { images } = await service.selectionSpread({ of: { label: '3' }, components: 4, steps }, never);
    const three = dataset.labels!.names.indexOf('3');
    expect(images).toBe(dataset.labels!.values.filter((label) => label === three).length);
  });

  test('of one image, of none, or given up is refused', async () => {
    const ask = (ids: string[], signal = never) =>
      Promise.resolve(service.selectionSpread({ of: { ids }, components: 1, steps }, signal));
    await expect(ask([dataset.id(1)])).rejects.toThrow('of: got one image, expected at least two');
    await expect(ask(['x'])).rejects.toThrow('of: got no image of the map, expected at least two');
    await expect(ask([dataset.id(1), dataset.id(2)], AbortSignal.abort(new Error('gone')))).rejects.toThrow(
      'gone',
    );
    await expect(
      service.selectionSpread({ of: { label: '3' }, components: 1, steps: new Float32Array(0) }, never),
    ).rejects.toMatchObject({ code: 'bad-input' });
  });
});

test('the images reconstructed are of each class, and the same each time', async () => {
  const { values } = dataset.labels!;
  // The first ones are all of one class, as in a folder for each class.
  const validation = Uint32Array.from({ length: 200 }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const split = { train: new Uint32Array(0), validation, test: new Uint32Array(0) };
  const rows = shownRows(model, dataset, split);
  expect(rows).toHaveLength(12);
  expect(new Set(Array.from(rows, (each) => values[each])).size).toBe(10);
  const { ids, originals } = await reconstruct(model, dataset, split);
  expect(ids).toEqual(Array.from(rows, (each) => dataset.id(each)));
  expect(originals.bytes).toEqual(dataset.images.gather(rows));
});
