import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { writeSampleImages } from '../../../src/datasets/write-sample-images';
import { logDensities } from '../../../src/latent/aggregate';
import { nearestPosteriors } from '../../../src/latent/nearest';
import type { EngineMethods } from '../../../src/protocol/schemas/engine';
import type { Handlers } from '../../../src/protocol/rpc';
import type { ImageCard } from '../../../src/domain/pictures';
import { decodePictures } from '../../../src/model/decode';
import type { Model } from '../../../src/model/model';
import { AggregateCache } from '../../../src/engine-process/services/aggregate-cache';
import type { EngineContext } from '../../../src/engine-process/context';
import { EncodeDatasetJob } from '../../../src/engine-process/map/encode-dataset-job';
import { engineService } from '../../../src/engine-process/services/engine-service';
import { contextOf, tinyModel } from '../support';
import { eventually } from '../../support/eventually';

const LATENT = 3;
const never = new AbortController().signal;
let folder: string;
let dataset: Dataset;
let model: Model;
/** With encoded images, and without. */
let context: EngineContext;
let bare: EngineContext;
let service: Handlers<EngineMethods>;
let key: string;
let uri: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'path-'));
  ({ dataset, model } = await tinyModel(LATENT));
  const [file] = await writeSampleImages(folder, { kind: 'digits', count: 200, seed: 1 }, 1);
  uri = pathToFileURL(file!).href;
  bare = contextOf(() => model, dataset);
  const latents = new EncodeDatasetJob({
    ...{ runFolder: folder, scheduler: bare.scheduler, dataset: () => Promise.resolve(dataset) },
    snapshot: () => Promise.resolve({ model, release: () => undefined }),
    log: (message) => {
      throw new Error(message);
    },
  });
  latents.start();
  await eventually(() => latents.busy).toBe(false);
  context = { ...bare, latents };
  service = engineService(context);
  key = (await latents.state()).set!.key;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const z = (...values: number[]) => ({ z: Float32Array.from(values) });
const meanOf = async (row: number): Promise<Float32Array> =>
  (await model.session.encode(dataset.images.gather(Uint32Array.of(row)), 1)).mean;

describe('a path through an image of the dataset, a point and a file', () => {
  const FRAMES = 12;
  const ask = async (own: EngineContext = context) =>
    engineService(own).path(
      { waypoints: [{ id: dataset.id(7) }, z(1, 0, -1), { uri }], frames: FRAMES },
      never,
    );

  test('is exact at its waypoints: points bit for bit, pictures byte for byte', async () => {
    const { waypoints, at, linear, spherical, step } = await ask();
    expect(step).toBe(12);
    expect(waypoints.slice(0, LATENT)).toEqual(await meanOf(7));
    const [card] = await service.encode({ uris: [uri] }, never);
    expect(waypoints.slice(2 * LATENT)).toEqual((card as ImageCard).mean);
    for (const { z: points, pictures } of [linear, spherical]) {
      expect([points.length, pictures.count]).toEqual([FRAMES * LATENT, FRAMES]);
      for (const [i, frame] of at.entries()) {
        const own = waypoints.slice(i * LATENT, (i + 1) * LATENT);
        expect(points.slice(frame * LATENT, (frame + 1) * LATENT)).toEqual(own);
        const alone = await decodePictures(model, own, 1);
        expect(pictures.bytes.slice(frame * 64, (frame + 1) * 64)).toEqual(alone.bytes);
      }
    }
  });

  test('has the densities of its points, and how dense images usually are', async () => {
    const { linear, aggregate } = await ask();
    const { gaussian, densities, images } = await new AggregateCache(context).of(model, never);
    expect(linear.density).toEqual(logDensities(gaussian, linear.z));
    expect(aggregate!.images).toBe(images);
    const [low, middle, high] = aggregate!.quantiles;
    const below = (value: number): number => densities.filter((one) => one < value).length / densities.length;
    expect([below(low), below(middle), below(high)].map((part) => Math.round(20 * part))).toEqual([
      1, 10, 19,
    ]);
    const square = linear.z.slice(0, LATENT).reduce((sum, value) => sum + value * value, 0);
    expect(linear.priorDensity[0]).toBeCloseTo(-square / 2 - (LATENT / 2) * Math.log(2 * Math.PI), 4);
  });

  test('has the nearest image of each frame with its picture: at an image of the dataset itself, distance 0', async () => {
    const { linear } = await ask();
    const { ids, distances, pictures, step } = linear.nearest!;
    expect(ids).toHaveLength(FRAMES);
    expect([ids[0], step]).toEqual([dataset.id(7), 12]);
    expect(distances[0]).toBeCloseTo(0, 5);
    expect(pictures!.bytes.slice(0, 64)).toEqual(dataset.images.gather(Uint32Array.of(7)));
    const means = await Promise.all(Array.from({ length: dataset.count }, (_, row) => meanOf(row)));
    const frame = 3;
    const own = linear.z.slice(frame * LATENT, (frame + 1) * LATENT);
    const least = Math.min(...means.map((mean) => Math.hypot(...mean.map((value, i) => value - own[i]!))));
    expect(distances[frame]).toBeCloseTo(least, 4);
  });

  test('without encoded images it has no nearest ones, without a dataset no densities', async () => {
    expect((await ask(bare)).linear.nearest).toBeNull();
    const gone = { ...bare, dataset: () => Promise.reject(new Error('it is gone')) };
    const { linear, aggregate } = await engineService(gone).path(
      { waypoints: [z(0, 0, 0), z(1, 0, 0)], frames: 3 },
      never,
    );
    expect([linear.density, aggregate]).toEqual([null, null]);
    expect(linear.priorDensity).toHaveLength(3);
  });

  test.each([
    [[z(0, 0, 0)], 5, /waypoints: got .*, expected at least 2 entries/],
    [Array.from({ length: 65 }, () => z(0, 0, 0)), 100, /waypoints: got .*, expected at most 64 entries/],
    [[z(0, 0, 0), z(1, 1, 1), z(2, 2, 2)], 2, /frames: got 2, expected one for each of 3 waypoints/],
    [[z(0, 0), z(1, 1, 1)], 3, /got 2 coordinates, expected 3/],
    [[{ id: 'nobody' }, z(1, 1, 1)], 3, /no image 'nobody'/],
  ])('refuses %# with what was got and expected', async (waypoints, frames, message) => {
    await expect(service.path({ waypoints, frames }, never)).rejects.toThrow(message);
  });
});

test('a grid between four corners is exact at them', async () => {
  const corners = [z(0, 0, 0), z(1, 0, 0), z(0, 1, 0), z(1, 1, 3)] as const;
  const { pictures, z: points } = await service.grid({ corners, side: 5 }, never);
  expect(pictures.count).toBe(25);
  for (const [i, point] of [0, 4, 20, 24].entries()) {
    expect(points.slice(point * LATENT, (point + 1) * LATENT)).toEqual(corners[i]!.z);
    const alone = await decodePictures(model, corners[i]!.z, 1);
    expect(pictures.bytes.slice(point * 64, (point + 1) * 64)).toEqual(alone.bytes);
  }
  await expect(service.grid({ corners: corners.slice(1) as never, side: 5 }, never)).rejects.toThrow(
    /corners/,
  );
});

describe('a probe at a place of the map', () => {
  const axes = () => ({ key, x: 'pc:0', y: 'pc:1' }) as const;

  test('at an image: decodes near it, and finds it when its place is its point', async () => {
    const place = { z: await meanOf(11) };
    await service.probe({ view: 'a', place, nearest: 3 }, never);
    const {
      nearest,
      picture,
      norm,
      density,
      z: own,
    } = await service.probe({ view: 'a', place, nearest: 3 }, never);
    expect(nearest!.ids[0]).toBe(dataset.id(11));
    expect(nearest!.distances[0]).toBeCloseTo(0, 5);
    expect(nearest!.pictures!.count).toBe(3);
    expect(picture).toEqual(await decodePictures(model, own, 1));
    expect(norm).toBeCloseTo(Math.hypot(...place.z), 5);
    expect(density!.images).toBe(dataset.count);
    const far = await service.probe({ view: 'a', place: z(50, 50, 50), nearest: 1 }, never);
    expect(far.density!.rank).toBe(0);
    expect(density!.value).toBeGreaterThan(far.density!.value);
  });

  test('its point projects to the place: the inverse of the axes', async () => {
    const set = await context.latents.encoded();
    const piece = { key, first: 0, count: dataset.count };
    const [x, y] = [set.column(piece, 'pc:0'), set.column(piece, 'pc:1')];
    const at = [x[5]!, y[5]!] as const;
    const probe = await service.probe({ view: 'a', place: { ...axes(), at }, nearest: 0 }, never);
    const { z: back } = await service.mapPoints({ ...axes(), places: Float32Array.from(at) }, never);
    expect(probe.z).toEqual(back);
    expect(probe.nearest).toBeNull();
    // Of all three components but two: the mean image's.
    const { z: mean } = await service.mapPoints({ ...axes(), places: Float32Array.of(0, 0) }, never);
    expect(Math.hypot(...probe.z.map((value, i) => value - mean[i]!))).toBeCloseTo(Math.hypot(...at), 4);
  });

  test('the newest of a view wins', async () => {
    const ask = (x: number) => service.probe({ view: 'drag', place: z(x, 0, 0), nearest: 1 }, never);
    const results = await Promise.allSettled([ask(0), ask(1), ask(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  test('another map, or another axis, is refused', async () => {
    const at = [0, 0] as const;
    const ask = (place: Parameters<typeof service.probe>[0]['place']) =>
      service.probe({ view: 'a', place, nearest: 1 }, never);
    await expect(ask({ ...axes(), key: 'other', at })).rejects.toMatchObject({ code: 'superseded' });
    await expect(ask({ ...axes(), x: 'elbo', at })).rejects.toThrow(/axis: got 'elbo'/);
    await expect(service.mapPoints({ ...axes(), places: Float32Array.of(1) }, never)).rejects.toThrow(
      /places/,
    );
  });
});

describe('neighbours', () => {
  test('of an image of the dataset: by posterior, without itself', async () => {
    const { ids, distances } = (await service.neighbours({ of: { id: dataset.id(3) }, count: 4 }, never))!;
    const { latents } = await context.latents.encoded();
    const own = (values: Float32Array): Float32Array => values.slice(3 * LATENT, 4 * LATENT);
    const posterior = {
      mean: own(latents.mean),
      standardDeviation: own(latents.logVariance).map((value) => Math.exp(value / 2)),
    };
    const all = nearestPosteriors(latents.mean, latents.logVariance, posterior, 5);
    expect(all[0]).toEqual({ row: 3, distance: expect.closeTo(0, 5) as number });
    expect(ids).toEqual(all.slice(1).map(({ row }) => dataset.id(row)));
    expect(Array.from(distances)).toEqual(all.slice(1).map(({ distance }) => Math.fround(distance)));
  });

  test('of a file, with pictures; none where nothing is encoded', async () => {
    const near = (await service.neighbours({ of: { uri }, count: 2 }, never))!;
    expect([near.ids.length, near.pictures!.count, near.step]).toEqual([2, 2, 12]);
    expect(await engineService(bare).neighbours({ of: { uri }, count: 2 }, never)).toBeNull();
    await expect(service.neighbours({ of: { id: 'nobody' }, count: 2 }, never)).rejects.toThrow(/'nobody'/);
  });
});
