import { mkdir, mkdtemp, rename, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../../src/datasets/load';
import { writeSampleImages } from '../../../src/datasets/write-sample-images';
import { waitForEngine } from '../../../src/endpoint/client';
import type { EngineClient } from '../../../src/endpoint/client';
import { onnxEngine } from '../../../src/engine/onnx/engine';
import { quantileGrid } from '../../../src/latent/quantile-grid';
import type { PlacesRequest, SnapshotRequest } from '../../../src/protocol/schemas/time';
import type { MapColumn } from '../../../src/protocol/map';
import { RandomStream } from '../../../src/random/stream';
import type { TrainRequest } from '../../../src/runs/config';
import { newestCheckpoint } from '../../../src/runs/checkpoint';
import { readSnapshot } from '../../../src/runs/snapshots';
import { decodePictures } from '../../../src/model/decode';
import { openModel } from '../../../src/model/model';
import type { Model } from '../../../src/model/model';
import { stateOfSnapshot } from '../../../src/model/state';
import { runJob } from '../../../src/engine-process/jobs/train-job';
import { serveJob } from '../../../src/engine-process/jobs/serve-job';
import { eventually } from '../../support/eventually';

const nobody = { onRow: () => undefined, onStatus: () => undefined };
const engine = { engine: 'onnx', threads: 1 } as const;
const never = new AbortController().signal;
const STEPS = [1, 2, 3, 4, 6, 7, 10, 13, 18, 24, 32, 42, 56, 60];

let folder: string;
let running: { controller: AbortController; done: Promise<unknown> }[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'time-'));
  process.env['XDG_STATE_HOME'] = join(folder, 'state');
  await writeSampleImages(join(folder, 'images'), { kind: 'digits', count: 60, seed: 1 }, 60);
});
afterEach(async () => {
  for (const { controller } of running) controller.abort();
  await Promise.all(running.map(({ done }) => done));
  running = [];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function requestOf(set: Record<string, string>): TrainRequest {
  const tiny = { width: '8', height: '8', hidden: '16', latent: '2', minibatch: '10', samples: '600' };
  const source = { kind: 'folder', uri: pathToFileURL(join(folder, 'images')).href } as const;
  return { source, preset: 'fast', seed: 7, set: { ...tiny, patience: '0', snapshots: 'true', ...set } };
}
async function trained(name: string, set: Record<string, string> = {}): Promise<string> {
  const runFolder = join(folder, name);
  await mkdir(runFolder);
  await runJob({ runFolder, request: requestOf(set), ...engine }, nobody, never);
  return runFolder;
}
async function start(
  runFolder: string,
  mode: 'train' | 'serve',
  run: (signal: AbortSignal) => Promise<unknown>,
): Promise<EngineClient> {
  const controller = new AbortController();
  running.push({ controller, done: run(controller.signal) });
  return (await waitForEngine(runFolder, mode, Infinity, controller.signal))!.client;
}
const serve = (runFolder: string): Promise<EngineClient> =>
  start(runFolder, 'serve', (signal) => serveJob({ runFolder, ...engine }, signal));

/** The run's model with the weights of a snapshot, without the service. */
async function modelAt(runFolder: string, step: number): Promise<Model> {
  const model = await openModel(await onnxEngine(1), runFolder);
  await model.session.load(stateOfSnapshot(model.config, await readSnapshot(runFolder, step)));
  return model;
}
const at = (step: number, change: Partial<SnapshotRequest> = {}): SnapshotRequest => ({
  ...{ step, points: { side: 5 } },
  ...change,
});
/** Makes the map, with the newest weights. @returns its key */
async function mapped(client: EngineClient): Promise<string> {
  await client.call('encodeAll', {});
  const keyOf = async (): Promise<string> => (await client.call('map', {})).set?.key ?? '';
  await eventually(keyOf).not.toBe('');
  return keyOf();
}
const on = (key: string, step: number, change: Partial<PlacesRequest> = {}): PlacesRequest => ({
  ...{ key, step, x: 'mean:0', y: 'mean:1', align: false },
  ...change,
});

describe('an ended run', () => {
  test('is looked at as it was at each step: places on the map, reconstructions, grid', async () => {
    const runFolder = await trained('ended');
    const client = await serve(runFolder);
    expect(await client.call('snapshots', {})).toEqual({ kept: true, steps: STEPS, minibatch: 10 });
    const images = await client.call('timeImages', {});
    const dataset = await loadDataset(requestOf({}).source, { width: 8, height: 8 });
    // All 60 images are fewer than 2,000.
    expect(images.ids).toEqual(Array.from({ length: 60 }, (_, i) => dataset.id(i)));
    expect(images.total).toBe(60);
    expect(images.labels).toEqual(dataset.labels!.values);
    expect(images.shown).toHaveLength(6);

    const key = await mapped(client);
    for (const step of [13, 60, 1, 13]) {
      const view = await client.call('atSnapshot', at(step));
      const { session, ...model } = await modelAt(runFolder, step);
      const rows = Uint32Array.from({ length: 60 }, (_, i) => i);
      const { mean } = await session.encode(dataset.images.gather(rows), 60);
      expect(view.step).toBe(step);
      const places = await client.call('placesAtSnapshot', on(key, step));
      expect(places).toMatchObject({ indices: rows, aligned: false });
      mean.forEach((value, i) => expect((i % 2 === 0 ? places.x : places.y)[i >> 1]).toBeCloseTo(value, 5));
      expect(view.z).toEqual(quantileGrid(2, 5, [0, 1]));
      expect(view.pictures).toEqual(await decodePictures({ ...model, session }, view.z, 25));
      const shown = await session.encode(images.originals.bytes, 6);
      expect(view.reconstructions).toEqual(await decodePictures({ ...model, session }, shown.mean, 6));
    }
  });

  test('aligned places are the same points turned, and nearer to the map; principal components are those of the map', async () => {
    const runFolder = await trained('aligned', { latent: '3' });
    const client = await serve(runFolder);
    const key = await mapped(client);
    /** The squared distance of all images at a step from their places on the map, over pairs of axes. */
    const apart = async (step: number, align: boolean, axes: readonly MapColumn[]): Promise<number> => {
      let sum = 0;
      for (const [i, x] of axes.entries()) {
        const y = axes[(i + 1) % axes.length]!;
        const places = await client.call('placesAtSnapshot', on(key, step, { x, y, align }));
        expect(places.aligned).toBe(align);
        for (const [column, values] of [
          [x, places.x],
          [y, places.y],
        ] as const) {
          const own = await client.call('mapColumn', { key, first: 0, count: 60, column });
          sum += values.reduce((all, value, image) => all + (value - own[image]!) ** 2, 0);
        }
      }
      return sum;
    };
    const means = ['mean:0', 'mean:1', 'mean:2'] as const;
    expect(await apart(10, true, means)).toBeLessThan(await apart(10, false, means));
    // The map was made with the weights of the last snapshot.
    for (const align of [true, false])
      expect(await apart(60, align, ['pc:0', 'mean:2', 'pc:1'])).toBeLessThan(1e-8);

    const points = { count: 7, seed: 4 };
    const { z } = await client.call('atSnapshot', at(10, { points }));
    expect(z).toEqual(new RandomStream(4, 'sample').normals(0, 21));
  });

  test.each([true, false])(
    'a position on the map of a step is decoded by its weights; aligned: %s',
    async (align) => {
      const runFolder = await trained(`probed-${align}`);
      const client = await serve(runFolder);
      const key = await mapped(client);
      const { x, y } = await client.call('placesAtSnapshot', on(key, 24, { align }));
      const place = {
        key,
        x: 'mean:0',
        y: 'mean:1',
        at: [x[7]!, y[7]!],
        snapshot: { step: 24, align },
      } as const;
      const probe = await client.call('probe', { view: 'a', place, nearest: 4 });
      // Where an image was, its own mean is decoded.
      const { session, ...model } = await modelAt(runFolder, 24);
      const dataset = await loadDataset(requestOf({}).source, { width: 8, height: 8 });
      const { mean } = await session.encode(dataset.images.gather(Uint32Array.of(7)), 1);
      mean.forEach((value, i) => expect(probe.z[i]).toBeCloseTo(value, 4));
      expect(probe).toMatchObject({ step: 24, density: null, nearest: null, standsFor: null });
      expect(probe.picture).toEqual(await decodePictures({ ...model, session }, probe.z, 1));
      expect(probe.norm).toBeCloseTo(Math.hypot(...probe.z), 5);
    },
  );

  test('says what is wrong, and works on where the dataset or one snapshot is gone', async () => {
    const runFolder = await trained('gone');
    await truncate(join(runFolder, 'snapshots', '18.safetensors'), 1000);
    const client = await serve(runFolder);
    await expect(client.call('atSnapshot', at(5))).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no snapshot of step 5: there are those of 1, 2, 3') as string,
    });
    await expect(client.call('atSnapshot', at(18))).rejects.toThrow();
    await expect(client.call('placesAtSnapshot', on('1-a', 24))).rejects.toMatchObject({ code: 'not-ready' });
    const key = await mapped(client);
    await expect(client.call('placesAtSnapshot', on('1-a', 24))).rejects.toMatchObject({
      code: 'superseded',
    });
    await expect(client.call('placesAtSnapshot', on(key, 5))).rejects.toThrow('no snapshot of step 5');
    await expect(client.call('placesAtSnapshot', on(key, 24, { y: 'elbo' }))).rejects.toThrow(
      "axes: got 'mean:0' and 'elbo', expected two of mean:0, pc:0 and the like",
    );
    await expect(client.call('placesAtSnapshot', on(key, 24, { y: 'pc:2' }))).rejects.toThrow('pc:2');
    await expect(client.call('atSnapshot', at(24, { points: { side: 1 } }))).rejects.toThrow('side: got 1');
    expect((await client.call('atSnapshot', at(24))).reconstructions).not.toBeNull();
    await client.call('stop', {});
    await client.closed;
    await Promise.all(running.map(({ done }) => done));

    const images = join(folder, 'images');
    await rename(images, `${images}-away`);
    try {
      const without = await serve(runFolder);
      await expect(without.call('timeImages', {})).rejects.toThrow('images');
      const view = await without.call('atSnapshot', at(24));
      expect(view.reconstructions).toBeNull();
      await expect(without.call('placesAtSnapshot', on(key, 24))).rejects.toThrow('images');
      expect(view.pictures.count).toBe(25);
    } finally {
      await rename(`${images}-away`, images);
    }
  });

  test('without snapshots it says so', async () => {
    const client = await serve(await trained('none', { snapshots: 'false' }));
    expect(await client.call('snapshots', {})).toEqual({ kept: false, steps: [], minibatch: 10 });
    await expect(client.call('atSnapshot', at(1))).rejects.toThrow('the run keeps none');
  });
});

test('a run that trains answers for its past, and ends with the same weights as one that nobody asked', async () => {
  const set = { samples: '20000' };
  const quiet = await trained('quiet', set);
  const runFolder = join(folder, 'asked');
  await mkdir(runFolder);
  const job = { runFolder, request: requestOf(set), ...engine };
  const client = await start(runFolder, 'train', (signal) => runJob(job, nobody, signal));
  const notYet = { steps: [] };
  let asked = 0;
  for (let last = 0; ;) {
    try {
      const { steps } = await client.call('snapshots', {}).catch(() => notYet);
      const { state } = await client.call('status', {});
      if (state === 'finished') break;
      if (steps.length === 0) continue;
      expect(steps.length).toBeGreaterThanOrEqual(last);
      last = steps.length;
      const view = await client.call('atSnapshot', at(steps[asked % steps.length]!));
      expect(view.pictures.count).toBe(25);
      asked++;
    } catch (error) {
      if ((error as { code?: string }).code !== 'closed') throw error;
      break;
    }
  }
  await running[0]!.done;
  expect(asked).toBeGreaterThan(0);
  const [a, b] = await Promise.all([quiet, runFolder].map((run) => newestCheckpoint(run)));
  expect(b).toEqual(a);
});
