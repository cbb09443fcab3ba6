import { expect, test } from 'vitest';
import type { Pictures } from '../../../src/domain/pictures';
import { RpcError } from '../../../src/protocol/rpc';
import type { SnapshotList, SnapshotPlaces, SnapshotView, TimeImages } from '../../../src/protocol/time';
import type { PlacesRequest, SnapshotRequest } from '../../../src/protocol/schemas/time';
import type { ExplorerClient } from '../../../webview/shared/run-session';
import { columnsOf, SnapshotStore } from '../../../webview/shared/snapshot-store';

const none: Pictures = { width: 0, height: 0, channels: 1, count: 0, bytes: new Uint8Array() };
const notReady = (): Promise<never> => Promise.reject(new RpcError('not-ready', 'no engine yet'));
type Request = SnapshotRequest & PlacesRequest;

/** An engine with snapshots: at each step, image 4 of the map is at (step, -step), and image 9 at (step + 1, -step). */
function engine(steps: readonly number[]) {
  let list: SnapshotList = { kept: true, steps, minibatch: 100 };
  const asked: unknown[] = [];
  const answers: Record<string, (params: Request) => unknown> = {
    snapshots: () => list,
    timeImages: notReady,
    atSnapshot: ({ step }): SnapshotView => ({
      ...{ step, reconstructions: null, z: new Float32Array(), pictures: none },
    }),
    placesAtSnapshot: ({ step, align }): SnapshotPlaces => ({
      ...{ indices: Uint32Array.of(4, 9), aligned: align },
      ...{ x: Float32Array.of(step, step + 1), y: Float32Array.of(-step, -step) },
    }),
  };
  const call = (method: string, params: Request): Promise<unknown> => {
    if (method.endsWith('Snapshot')) asked.push(params);
    return Promise.resolve().then(() => answers[method]!(params));
  };
  return {
    asked,
    client: { call } as unknown as ExplorerClient,
    answer: (method: string, answer: (params: Request) => unknown) => void (answers[method] = answer),
    saves: (newer: readonly number[]) => void (list = { ...list, steps: newer }),
  };
}

const aligned = { key: 'a', x: 'pc:0', y: 'pc:1', align: true } as const;
const turned = { ...aligned, align: false };

async function storeOf(steps: readonly number[], latent = 2) {
  const own = engine(steps);
  const store = new SnapshotStore(own.client, latent);
  await store.pullList();
  return { ...own, store };
}

test('there are no steps where no engine can answer', async () => {
  const { client, answer } = engine([100]);
  answer('snapshots', notReady);
  const store = new SnapshotStore(client, 2);
  await store.pullList();
  expect(store.list).toBeNull();
  expect(store.steps).toEqual([]);
});

test.each([
  [1, { side: 11 }],
  [2, { side: 11 }],
  [3, { count: 40, seed: 0 }],
])('%i latent dimensions are seen at their points', async (latent, points) => {
  const { store, asked } = await storeOf([100], latent);
  await store.pull(100);
  expect(asked).toEqual([{ step: 100, points }]);
});

test('the points of a grid lie in its rows, those of draws in rows of ten', () => {
  expect([1, 2, 3, 20].map(columnsOf)).toEqual([11, 11, 10, 10]);
});

test('a snapshot is asked for once', async () => {
  const { store, asked } = await storeOf([100, 200]);
  expect(store.known(100)).toBeUndefined();
  const view = await store.pull(100);
  expect(await store.pull(100)).toBe(view);
  expect(store.known(100)).toBe(view);
  expect(store.known(200)).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test('places are asked for once for each step, map, pair of axes and way of aligning', async () => {
  const { store, asked } = await storeOf([100, 200]);
  const others = [
    turned,
    { ...aligned, key: 'b' },
    { ...aligned, x: 'mean:0' },
    { ...aligned, y: 'mean:0' },
  ] as const;
  const places = await store.pullPlaces(100, aligned);
  expect(places?.x).toEqual(Float32Array.of(100, 101));
  for (const frame of others) expect(store.knownPlaces(100, frame)).toBeUndefined();
  expect(store.knownPlaces(200, aligned)).toBeUndefined();
  for (const frame of others) await store.pullPlaces(100, frame);
  expect(await store.pullPlaces(100, { ...aligned })).toBe(places);
  expect(asked).toEqual([aligned, ...others].map((frame) => ({ step: 100, ...frame })));
});

test('what is known stays while newer snapshots are kept, and goes where the run has gone back', async () => {
  const { store, saves } = await storeOf([100, 200]);
  await store.pull(100);
  await store.pullPlaces(100, aligned);
  saves([100, 200, 300]);
  await store.pullList();
  expect(store.known(100)).toBeDefined();
  saves([100, 200]);
  await store.pullList();
  expect([store.known(100), store.knownPlaces(100, aligned)]).toEqual([undefined, undefined]);
});

test('without an engine there is no snapshot, and other errors are not hidden', async () => {
  const { store, answer } = await storeOf([100]);
  answer('atSnapshot', notReady);
  answer('placesAtSnapshot', notReady);
  expect(await store.pull(100)).toBeNull();
  expect(await store.pullPlaces(100, aligned)).toBeNull();
  answer('atSnapshot', () => Promise.reject(new RpcError('not-found', 'no such step')));
  await expect(store.pull(100)).rejects.toThrow('no such step');
});

test('the tracked images are pulled until they are there, then no more', async () => {
  const { store, answer } = await storeOf([100]);
  await store.pullImages();
  expect(store.images).toBeNull();
  const images = { ids: ['a'] } as unknown as TimeImages;
  answer('timeImages', () => images);
  await store.pullImages();
  expect(store.images).toBe(images);
  answer('timeImages', () => ({ ids: ['b'] }));
  await store.pullImages();
  expect(store.images).toBe(images);
});

test('the way of an image goes through the snapshots that are known, in the order of their steps', async () => {
  const { store } = await storeOf([100, 200, 300]);
  await store.pullPlaces(300, aligned);
  await store.pullPlaces(100, aligned);
  await store.pullPlaces(200, turned);
  expect(store.way(9, aligned)).toEqual([
    [101, -100],
    [301, -300],
  ]);
  expect(store.way(4, turned)).toEqual([[200, -200]]);
  expect(store.way(5, aligned)).toEqual([]);
});

test('the snapshots seen longest ago make room for others', async () => {
  const { store, answer } = await storeOf([1, 2, 3]);
  // Of 48 MiB that are kept.
  const pictures = { ...none, bytes: new Uint8Array(22 * 2 ** 20) };
  answer('atSnapshot', ({ step }) => ({ step, reconstructions: null, z: new Float32Array(), pictures }));
  for (const step of [1, 2, 1, 3]) await store.pull(step);
  expect([1, 2, 3].filter((step) => store.known(step))).toEqual([1, 3]);
});
