import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadDataset } from '../../../src/datasets/load';
import { writeSampleImages } from '../../../src/datasets/write-sample-images';
import { representativeRows } from '../../../src/datasets/sampling/representative-rows';
import { splitDataset } from '../../../src/datasets/split';
import { placeOf } from '../../../src/latent/axes';
import { decodePictures } from '../../../src/model/decode';
import { connectToRun, waitForEngine } from '../../../src/endpoint/client';
import type { Connection } from '../../../src/endpoint/client';
import { onnxEngine } from '../../../src/engine/onnx/engine';
import type { MapState } from '../../../src/protocol/map';
import { newestCheckpoint } from '../../../src/runs/checkpoint';
import type { TrainRequest } from '../../../src/runs/config';
import { readLatents } from '../../../src/runs/latents';
import { encodeImages } from '../../../src/model/encode';
import { openModel } from '../../../src/model/model';
import { runJob } from '../../../src/engine-process/jobs/train-job';
import { serveJob } from '../../../src/engine-process/jobs/serve-job';
import { eventually } from '../../support/eventually';

let folder: string;
const controllers: { controller: AbortController; done: Promise<unknown> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'map-'));
  process.env['XDG_STATE_HOME'] = join(folder, 'state');
});
afterEach(async () => {
  for (const { controller, done } of controllers.splice(0)) {
    controller.abort();
    await done;
  }
  await rm(folder, { recursive: true, force: true });
});

const nobody = { onRow: () => undefined, onStatus: () => undefined };
const engine = { engine: 'onnx', threads: 1 } as const;

async function newRun(samples: string): Promise<{ runFolder: string; request: TrainRequest }> {
  const images = join(folder, 'images');
  await writeSampleImages(images, { kind: 'digits', count: 60, seed: 1 }, 60);
  const runFolder = join(folder, 'run');
  await mkdir(runFolder);
  const set = { width: '8', height: '8', hidden: '16', latent: '3', minibatch: '10', samples };
  const source = { kind: 'folder', uri: pathToFileURL(images).href } as const;
  return { runFolder, request: { source, preset: 'fast', seed: 7, set } };
}

/** An engine in this process, and a connection to it. */
async function start(
  runFolder: string,
  mode: 'train' | 'serve',
  run: (signal: AbortSignal) => Promise<unknown>,
): Promise<Connection> {
  const controller = new AbortController();
  controllers.push({ controller, done: run(controller.signal) });
  const connection = await waitForEngine(runFolder, mode, Infinity, controller.signal);
  return connection!;
}

async function settled({ client }: Connection): Promise<MapState> {
  await eventually(() => client.call('map', {})).toMatchObject({ job: null });
  return client.call('map', {});
}

async function whenReady({ client }: Connection): Promise<void> {
  await eventually(async () => (await client.call('status', {})).step).toBeGreaterThan(0);
}

describe('the map of an ended run', () => {
  test('is made on demand, kept in its folder, and there at once for the next engine', async () => {
    const { runFolder, request } = await newRun('600');
    await runJob({ runFolder, request, ...engine }, nobody, new AbortController().signal);
    const serve = (): Promise<Connection> =>
      start(runFolder, 'serve', (signal) => serveJob({ runFolder, ...engine }, signal));
    const connection = await serve();
    const { client } = connection;
    expect(await client.call('map', {})).toMatchObject({ set: null, step: 60, job: null, error: '' });
    await expect(client.call('mapImages', { key: '', first: 0, count: 1 })).rejects.toMatchObject({
      code: 'not-ready',
    });
    expect((await client.call('encodeAll', {})).job).not.toBeNull();
    const { set, error } = await settled(connection);
    expect(error).toBe('');
    expect(set).toMatchObject({ step: 60, count: 60, dimensions: 3 });
    expect(set!.shares).toHaveLength(3);
    expect(set!.shares.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);

    // Against the model itself, image by image.
    const model = await openModel(await onnxEngine(1), runFolder);
    const dataset = await loadDataset(request.source, model.shape);
    const encodings = await encodeImages(
      model,
      dataset.images.gather(Uint32Array.from({ length: 60 }, (_, i) => i)),
      60,
    );
    const { key } = set!;
    const column = (name: 'elbo' | 'kl' | 'reconstruction' | 'norm' | 'mean:2' | 'pc:0' | 'pc:2') =>
      client.call('mapColumn', { key, first: 0, count: 60, column: name });
    const near = (values: Float32Array, expected: readonly number[], digits: number): void =>
      values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, digits));
    near(
      await column('mean:2'),
      encodings.map(({ mean }) => mean[2]!),
      4,
    );
    near(
      await column('kl'),
      encodings.map(({ kl }) => kl),
      3,
    );
    near(
      await column('norm'),
      encodings.map(({ mean }) => Math.hypot(...mean)),
      4,
    );
    const elbo = await column('elbo');
    // Four draws against sixty-four of the same stream.
    elbo.forEach((value, i) => expect(Math.abs(value - encodings[i]!.elbo)).toBeLessThan(8));
    near(
      await column('reconstruction'),
      Array.from(await column('kl'), (kl, i) => kl + elbo[i]!),
      4,
    );
    const variance = (values: Float32Array): number =>
      values.reduce((sum, value) => sum + value * value, 0) / values.length;
    const [first, last] = [variance(await column('pc:0')), variance(await column('pc:2'))];
    expect(last / first).toBeCloseTo(set!.shares[2]! / set!.shares[0]!, 4);

    const images = await client.call('mapImages', { key, first: 10, count: 50_000 });
    expect(images.ids).toEqual(Array.from({ length: 50 }, (_, i) => dataset.id(10 + i)));
    const split = splitDataset(dataset, model.config.data.split);
    images.splits.forEach((number, i) =>
      expect(split[(['train', 'validation', 'test'] as const)[number]!]).toContain(10 + i),
    );
    expect(set!.labelNames![images.labels![0]!]).toBe(images.ids[0]!.split('/')[0]);

    const pairs = await client.call('mapNearPairs', { key, count: 5 });
    const posterior = (id: string): number[] => {
      const { mean, logVariance } =
        encodings[Array.from({ length: 60 }, (_, i) => dataset.id(i)).indexOf(id)]!;
      return [...mean, ...logVariance.map((value) => Math.exp(value / 2))];
    };
    const apart = (a: string, b: string): number =>
      Math.hypot(...posterior(a).map((value, i) => value - posterior(b)[i]!));
    const every = Array.from({ length: 60 }, (_, i) => dataset.id(i));
    const all = every.flatMap((a, i) => every.slice(i + 1).map((b) => apart(a, b))).sort((a, b) => a - b);
    expect(pairs).toHaveLength(5);
    pairs.forEach(({ first, second, distance }, i) => {
      expect(distance).toBeCloseTo(all[i]!, 4);
      expect(distance).toBeCloseTo(apart(first, second), 4);
    });

    const ids = [dataset.id(59), dataset.id(3)];
    const [card] = await client.call('mapCards', { ids });
    expect(card).toMatchObject({ id: ids[0], name: ids[0]!.split('/').at(-1), step: 60 });
    expect(card!.uri).toBe(pathToFileURL(join(folder, 'images', ids[0]!)).href);
    near(card!.mean, [...encodings[59]!.mean], 5);
    const pictures = await client.call('mapPictures', { ids });
    expect(pictures.bytes).toEqual(dataset.images.gather(Uint32Array.of(59, 3)));
    await expect(client.call('mapCards', { ids: ['../../etc/passwd'] })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(client.call('mapColumn', { key, first: 0, count: 1, column: 'pc:3' })).rejects.toThrow(
      "got 'pc:3', expected a number below 3",
    );
    await expect(client.call('mapImages', { key: '1-x', first: 0, count: 1 })).rejects.toMatchObject({
      code: 'superseded',
    });
    await expect(client.call('mapImages', { key, first: -1, count: 1 })).rejects.toThrow('first: got -1');

    // What is computed from the encoded images, over the socket with its typed arrays.
    const clusters = await client.call('mapClusters', { key, of: 'means', most: 4, seed: 1 });
    expect(clusters.assigned).toHaveLength(60);
    expect(clusters.sizes.reduce((sum, size) => sum + size, 0)).toBe(60);
    const axes = { key, x: 'pc:0', y: 'pc:1' } as const;
    const plane = (await client.call('mapPlane', axes))!;
    const { places } = (await client.call('mapPosteriors', { ...axes, ids }))!;
    near(Float32Array.from(placeOf(plane, encodings[59]!.mean)), [places[0]!, places[1]!], 4);
    const off = { towards: { id: ids[0]! }, t: 1 };
    const place = { ...axes, at: [places[0]!, places[1]!] as [number, number], off };
    near((await client.call('probe', { view: 'a', place, nearest: 1 })).z, [...encodings[59]!.mean], 4);
    const { images: ranked } = await client.call('mapRanks', { key, ids });
    expect(ranked[0]!.rank).toBe(1 + elbo.filter((value) => value > elbo[59]!).length);
    const spread = { of: { ids }, components: 3, steps: Float32Array.of(-1, 1) };
    const { components, pictures: decoded, z } = await client.call('selectionSpread', spread);
    // Two images vary along the line through both, from which one standard deviation leads to either.
    expect(components.map(({ share }) => share)).toEqual([1]);
    const ends = [[...z.slice(0, 3)], [...z.slice(3)]].sort((a, b) => a[0]! - b[0]!);
    const own = [59, 3].map((i) => [...encodings[i]!.mean]).sort((a, b) => a[0]! - b[0]!);
    near(Float32Array.from(ends.flat()), own.flat(), 4);
    expect(decoded).toEqual(await decodePictures(model, z, 2));

    // The reconstructions represent the validation images.
    await eventually(() => client.call('reconstructions', {})).not.toBeNull();
    const shown = (await client.call('reconstructions', {}))!.ids;
    const { seed } = model.config.data.split;
    expect(shown).toEqual(
      Array.from(representativeRows(dataset, split.validation, 12, seed), (row) => dataset.id(row)),
    );
    expect((await client.call('timeImages', {})).shown).toEqual(shown);

    await client.call('stop', {});
    await client.closed;
    await rm(join(folder, 'images'), { recursive: true });
    const again = await serve();
    expect((await again.client.call('map', {})).set).toEqual(set);
    expect(await again.client.call('mapColumn', { key, first: 0, count: 60, column: 'elbo' })).toEqual(elbo);
  });

  test('a cancel leaves what was there, and a dataset that is gone is said', async () => {
    const { runFolder, request } = await newRun('600');
    await runJob({ runFolder, request, ...engine }, nobody, new AbortController().signal);
    const connection = await start(runFolder, 'serve', (signal) =>
      serveJob({ runFolder, ...engine }, signal),
    );
    await connection.client.call('encodeAll', {});
    await connection.client.call('cancelEncodeAll', {});
    expect(await settled(connection)).toMatchObject({ set: null, step: 60, job: null, error: '' });
    expect(await readLatents(runFolder)).toBeNull();
    await connection.client.call('stop', {});
    await connection.client.closed;
    await rm(join(folder, 'images'), { recursive: true });
    const without = await start(runFolder, 'serve', (signal) => serveJob({ runFolder, ...engine }, signal));
    await without.client.call('encodeAll', {});
    expect((await settled(without)).error).toContain('images');
  });
});

test('the map of a live run has the weights of one step, and the run goes on to the same end', async () => {
  const { runFolder, request } = await newRun('100000');
  const connection = await start(runFolder, 'train', (signal) =>
    runJob({ runFolder, request, ...engine }, nobody, signal),
  );
  await whenReady(connection);
  await connection.client.call('encodeAll', {});
  const { set, error } = await settled(connection);
  expect(error).toBe('');
  expect(set!.step).toBeGreaterThan(0);
  const { step } = await connection.client.call('status', {});
  expect(step).toBeGreaterThanOrEqual(set!.step);
  expect((await readLatents(runFolder))!.step).toBe(set!.step);
  await connection.client.closed;
  await controllers[0]!.done;
  const watched = (await newestCheckpoint(runFolder))!;

  const other = join(folder, 'other');
  await mkdir(other);
  await runJob({ runFolder: other, request, ...engine }, nobody, new AbortController().signal);
  const alone = (await newestCheckpoint(other))!;
  expect(watched.step).toBe(alone.step);
  expect(watched.tensors).toEqual(alone.tensors);
  expect(await connectToRun(runFolder)).toBeNull();
});
