/** The layout of a run's map, in the thread that is bundled as in the product, and on engines that answer. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundles } from '../../../esbuild.mjs';
import { waitForEngine } from '../../../src/endpoint/client';
import type { Connection } from '../../../src/endpoint/client';
import { USUAL_LAYOUT } from '../../../src/protocol/layout';
import type { MapState } from '../../../src/protocol/map';
import { RandomStream } from '../../../src/random/stream';
import type { TrainRequest } from '../../../src/runs/config';
import { readLatents, writeLatents } from '../../../src/runs/latents';
import { readLayout } from '../../../src/runs/umap-files';
import type * as Module from '../../../src/engine-process/map/umap-worker-client';
import { layoutOf } from '../../../src/engine-process/map/umap-worker-client';
import { runJob } from '../../../src/engine-process/jobs/train-job';
import { serveJob } from '../../../src/engine-process/jobs/serve-job';
import { eventually } from '../../support/eventually';

const COUNT = 80;
const parameters = { ...USUAL_LAYOUT, neighbours: 10 };

describe('the thread', () => {
  let outdir: string;
  let threaded: typeof Module.layoutOf;
  beforeAll(async () => {
    outdir = resolve(`node_modules/.cache/layout-${process.pid}`);
    const entryPoints = {
      work: resolve('src/engine-process/map/umap-worker-client.ts'),
      layout: resolve('src/engine-process/map/umap-worker.ts'),
    };
    await build({ ...bundles['engine'], entryPoints, outdir });
    const load = createRequire(import.meta.url);
    ({ layoutOf: threaded } = load(join(outdir, 'work.cjs')) as typeof Module);
  });
  afterAll(() => rm(outdir, { recursive: true, force: true }));

  const data = (count: number) => ({
    points: new RandomStream(1, 'sample').normals(0, 4 * count),
    ...{ dimensions: 4, request: parameters },
  });
  const never = new AbortController().signal;

  test('lays out as this one does, to the last bit, and says how far it is', async () => {
    const stages = new Set<string>();
    const layout = await threaded(data(1500), ({ stage }) => void stages.add(stage), never);
    expect(layout).toEqual(await layoutOf(data(1500), () => undefined, never));
    expect([...stages]).toEqual(['neighbours', 'layout']);
  });

  test('ends at once where nobody waits for it any more', async () => {
    const controller = new AbortController();
    const ended = threaded(data(20_000), () => controller.abort(new Error('enough')), controller.signal);
    await expect(ended).rejects.toThrow('enough');
  });

  test('says what it cannot do', async () => {
    const bad = { ...data(20), request: { ...parameters, seed: -1 } };
    await expect(threaded(bad, () => undefined, never)).rejects.toThrow('seed: got -1');
  });
});

describe('of a run', () => {
  let folder: string;
  let runFolder: string;
  const controllers: { controller: AbortController; done: Promise<unknown> }[] = [];
  const request: TrainRequest = {
    source: { kind: 'digits', count: COUNT, seed: 1 },
    ...{ preset: 'fast', seed: 7 },
    set: { width: '8', height: '8', hidden: '16', latent: '3', minibatch: '10', samples: '600' },
  };
  const engine = { engine: 'onnx', threads: 1 } as const;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'layout-'));
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
    runFolder = join(folder, 'run');
    await mkdir(runFolder);
    const nobody = { onRow: () => undefined, onStatus: () => undefined };
    await runJob({ runFolder, request, ...engine }, nobody, new AbortController().signal);
  });
  afterEach(async () => {
    await end();
    await rm(folder, { recursive: true, force: true });
  });

  async function end(): Promise<void> {
    for (const { controller, done } of controllers.splice(0)) {
      controller.abort();
      await done;
    }
  }
  async function serve(): Promise<Connection['client']> {
    const controller = new AbortController();
    controllers.push({ controller, done: serveJob({ runFolder, ...engine }, controller.signal) });
    return (await waitForEngine(runFolder, 'serve', Infinity, controller.signal))!.client;
  }
  type Client = Connection['client'];
  async function settled(client: Client): Promise<MapState> {
    const state = (): Promise<MapState> => client.call('map', {});
    await eventually(state).toMatchObject({ job: null, layout: { job: null } });
    return state();
  }
  async function encoded(): Promise<Client> {
    const client = await serve();
    await client.call('encodeAll', {});
    await settled(client);
    return client;
  }
  const column = (client: Client, key: string, name: 'umap:0' | 'umap:1') =>
    client.call('mapColumn', { key, first: 0, count: COUNT, column: name });

  test('is kept with what it came from, is there for the next engine, and is the same when it is made again', async () => {
    const client = await encoded();
    const { set: before } = await client.call('map', {});
    expect(before!.layout).toBeNull();
    await expect(column(client, before!.key, 'umap:0')).rejects.toMatchObject({ code: 'not-ready' });
    const begun = await client.call('startLayout', parameters);
    expect(begun.layout.job).not.toBeNull();
    const { set, layout } = await settled(client);
    expect(layout.error).toBe('');
    expect(set!.layout).toEqual(layout.saved);
    expect(set!.layout).toMatchObject({ ...parameters, fitted: COUNT, epochs: 500, step: 60 });
    const { key } = set!;
    expect(key).toBe(before!.key);
    const x = await column(client, key, 'umap:0');
    const y = await column(client, key, 'umap:1');
    const saved = await readLayout(runFolder);
    expect(Array.from(x, (value, i) => [value, y[i]]).flat()).toEqual(Array.from(saved!.places));
    const second = await client.call('mapColumn', { key, first: 50, count: 30, column: 'umap:1' });
    expect(second).toEqual(y.slice(50));

    await end();
    const again = await serve();
    expect((await again.call('map', {})).set).toEqual(set);
    expect(await column(again, key, 'umap:1')).toEqual(y);
    await again.call('startLayout', { ...parameters, seed: 9 });
    const other = await settled(again);
    expect(other.set!.layout!.id).not.toBe(set!.layout!.id);
    expect(await column(again, key, 'umap:1')).not.toEqual(y);
    await again.call('startLayout', parameters);
    expect((await settled(again)).set).toEqual(set);
  });

  test('where it cannot be kept that is said, and the map goes on', async () => {
    const client = await encoded();
    await writeFile(join(runFolder, 'umap'), 'in the way');
    await client.call('startLayout', parameters);
    const { set, layout } = await settled(client);
    expect(layout.error).toMatch(/umap|EEXIST|ENOTDIR/);
    expect(layout.saved).toBeNull();
    expect(set!.layout).toBeNull();
    await rm(join(runFolder, 'umap'));
    await client.call('startLayout', parameters);
    expect((await settled(client)).set!.layout).toMatchObject(parameters);
  });

  test('a place stands for the image nearest on the map, and a line for those along it', async () => {
    const client = await encoded();
    await client.call('startLayout', parameters);
    const { set } = await settled(client);
    const { key } = set!;
    const latents = (await readLatents(runFolder))!;
    const { places } = (await readLayout(runFolder))!;
    const axes = { key, x: 'umap:0', y: 'umap:1' } as const;
    const near = [places[10]! + 1e-3, places[11]!] as const;
    const look = await client.call('probe', { view: 'a', place: { ...axes, at: near }, nearest: 1 });
    expect(look.standsFor).toMatchObject({ id: latents.ids[5] });
    expect(look.standsFor!.distance).toBeCloseTo(1e-3, 4);
    expect(look.z).toEqual(latents.mean.slice(15, 18));
    const plain = { key, x: 'pc:0', y: 'pc:1', at: [0, 0] } as const;
    expect((await client.call('probe', { view: 'a', place: plain, nearest: 0 })).standsFor).toBeNull();

    const along = [5, 5, 7, 5].flatMap((row) => [places[2 * row]!, places[2 * row + 1]!]);
    const line = await client.call('mapPoints', { ...axes, places: Float32Array.from(along) });
    expect(line.count).toBe(3);
    const wanted = [5, 7, 5].flatMap((row) => Array.from(latents.mean.slice(3 * row, 3 * row + 3)));
    expect(Array.from(line.z)).toEqual(wanted);
    const mixed = client.call('mapPoints', { ...axes, y: 'pc:0', places: Float32Array.of(0, 0) });
    await expect(mixed).rejects.toThrow("axes: got 'umap:0' and 'pc:0', expected both of UMAP");
  });

  test('a cancel leaves the one of before, and nothing half', async () => {
    const client = await encoded();
    await client.call('startLayout', parameters);
    const { layout } = await settled(client);
    await client.call('startLayout', { ...parameters, seed: 1 });
    await client.call('cancelLayout', {});
    const after = await settled(client);
    expect(after.layout).toEqual(layout);
    expect((await readdir(join(runFolder, 'umap'))).sort()).toEqual(['places.npy', 'umap.json']);
  });

  test('of images as they were before is kept, said, and not used', async () => {
    const client = await encoded();
    await client.call('startLayout', parameters);
    const { layout } = await settled(client);
    await end();
    const latents = (await readLatents(runFolder))!;
    await writeLatents(runFolder, { ...latents, step: 70 });
    const again = await serve();
    const state = await again.call('map', {});
    expect(state.set).toMatchObject({ step: 70, layout: null });
    expect(state.layout.saved).toEqual(layout.saved);
    await expect(column(again, state.set!.key, 'umap:0')).rejects.toMatchObject({ code: 'not-ready' });
  });

  test('parameters that these images cannot have are refused, and so is a map that is not there', async () => {
    const bare = await serve();
    await expect(bare.call('startLayout', parameters)).rejects.toMatchObject({ code: 'not-ready' });
    await bare.call('encodeAll', {});
    await settled(bare);
    for (const [wrong, message] of [
      [{ neighbours: 81 }, 'neighbours: got 81, expected no more than the 80 images that are laid out'],
      [{ neighbours: 1 }, 'neighbours: got 1, expected at least 2'],
      [{ neighbours: 2.5 }, 'neighbours: got 2.5, expected a whole number'],
      [{ minDist: 1 }, 'minDist: got 1, expected at most 0.99'],
      [{ seed: -1 }, 'seed: got -1'],
      [{ most: 9 }, 'neighbours: got 10, expected no more than the 9'],
    ] as const) {
      await expect(bare.call('startLayout', { ...parameters, ...wrong })).rejects.toThrow(message);
    }
    expect((await bare.call('map', {})).layout).toEqual({ saved: null, job: null, error: '' });
  });
});
