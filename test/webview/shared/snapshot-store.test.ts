import { describe, expect, test } from 'vitest';
import type { Pictures } from '../../../src/domain/pictures';
import { RpcError } from '../../../src/protocol/rpc';
import type { SnapshotList, SnapshotView, TimeImages } from '../../../src/protocol/time';
import type { SnapshotRequest } from '../../../src/protocol/schemas/time';
import type { ExplorerClient } from '../../../webview/shared/run-session';
import { columnsOf, SnapshotStore, usualAxes } from '../../../webview/shared/snapshot-store';

const none: Pictures = { width: 0, height: 0, channels: 1, count: 0, bytes: new Uint8Array() };
const notReady = (): Promise<never> => Promise.reject(new RpcError('not-ready', 'no engine yet'));

/** An engine with snapshots: at each step, image 0 is at (step, -step), and image 1 at (step + 1, -step). */
function engine(steps: readonly number[]) {
  let list: SnapshotList = { kept: true, steps, minibatch: 100 };
  const asked: SnapshotRequest[] = [];
  const answers: Record<string, (params: SnapshotRequest) => unknown> = {
    snapshots: () => list,
    timeImages: notReady,
    atSnapshot: (params): SnapshotView => {
      asked.push(params);
      const { step, align } = params;
      return {
        ...{ step, newest: list.steps.at(-1)!, reconstructions: null, z: new Float32Array(), pictures: none },
        places: {
          ...{ x: Float32Array.of(step, step + 1), y: Float32Array.of(-step, -step), aligned: align },
          ...{ frame: new Float32Array(4), shares: new Float32Array() },
        },
      };
    },
  };
  const call = (method: string, params: SnapshotRequest): Promise<unknown> =>
    Promise.resolve().then(() => answers[method]!(params));
  return {
    asked,
    client: { call } as unknown as ExplorerClient,
    answer: (method: string, answer: (params: SnapshotRequest) => unknown) => void (answers[method] = answer),
    saves: (newer: readonly number[]) => void (list = { ...list, steps: newer }),
  };
}

const aligned = { align: true, axes: usualAxes(2) };
const turned = { align: false, axes: usualAxes(2) };

async function storeOf(steps: readonly number[], latent = 2) {
  const own = engine(steps);
  const store = new SnapshotStore(own.client, latent);
  await store.pullList();
  return { ...own, store };
}

describe('the nearest snapshot', () => {
  test.each([
    [100, 100],
    [199, 100],
    [200, 200],
    [10_000, 400],
    // Before the first.
    [0, 100],
    // The newest, whatever its step.
    [-1, 400],
  ])('to step %i is that of step %i', async (step, expected) => {
    const { store } = await storeOf([100, 200, 400]);
    expect(store.nearest(step)).toBe(expected);
  });

  test('is none where there are none', async () => {
    const { store } = await storeOf([]);
    expect([store.newest, store.nearest(5), store.nearest(-1)]).toEqual([-1, -1, -1]);
  });

  test('is none while no engine can answer', async () => {
    const { client, answer } = engine([100]);
    answer('snapshots', notReady);
    const store = new SnapshotStore(client, 2);
    await store.pullList();
    expect(store.list).toBeNull();
    expect(store.steps).toEqual([]);
    expect(store.nearest(5)).toBe(-1);
  });
});

test.each([
  [1, ['mean:0', 'pc:0'], { side: 11 }],
  [2, ['mean:0', 'mean:1'], { side: 11 }],
  [3, ['pc:0', 'pc:1'], { count: 40, seed: 0 }],
])('%i latent dimensions are seen on their axes, with their points', async (latent, axes, points) => {
  const { store, asked } = await storeOf([100], latent);
  await store.pull(100, { align: true, axes: usualAxes(latent) });
  expect(asked).toEqual([{ step: 100, align: true, axes, points }]);
});

test('the points of a grid lie in its rows, those of draws in rows of ten', () => {
  expect([1, 2, 3, 20].map(columnsOf)).toEqual([11, 11, 10, 10]);
});

test('a snapshot is requested once for each way of aligning it', async () => {
  const { store, asked } = await storeOf([100, 200]);
  expect(store.known(100, turned)).toBeUndefined();
  const view = await store.pull(100, turned);
  expect(await store.pull(100, turned)).toBe(view);
  expect(store.known(100, turned)).toBe(view);
  expect(store.known(100, aligned)).toBeUndefined();
  await store.pull(100, aligned);
  expect(asked.map(({ align }) => align)).toEqual([false, true]);
});

test('a snapshot is requested once for each pair of columns', async () => {
  const { store, asked } = await storeOf([100]);
  const other = { align: true, axes: ['pc:0', 'mean:1'] } as const;
  await store.pull(100, aligned);
  expect(store.known(100, other)).toBeUndefined();
  await store.pull(100, other);
  expect(asked.map(({ axes }) => axes)).toEqual([
    ['mean:0', 'mean:1'],
    ['pc:0', 'mean:1'],
  ]);
});

test('a newer snapshot makes the others stale, the same list does not', async () => {
  const { store, saves } = await storeOf([100, 200]);
  await store.pull(100, aligned);
  await store.pullList();
  expect(store.known(100, aligned)).toBeDefined();
  saves([100, 200, 300]);
  await store.pullList();
  expect(store.newest).toBe(300);
  expect(store.known(100, aligned)).toBeUndefined();
});

test('what is aligned to a snapshot that the list does not have yet is shown, not kept', async () => {
  const { store, saves } = await storeOf([100, 200]);
  saves([100, 200, 300]);
  expect(await store.pull(100, aligned)).toMatchObject({ step: 100, newest: 300 });
  expect(store.known(100, aligned)).toBeUndefined();
});

test('without an engine there is no snapshot, and other errors are not hidden', async () => {
  const { store, answer } = await storeOf([100]);
  answer('atSnapshot', notReady);
  expect(await store.pull(100, aligned)).toBeNull();
  answer('atSnapshot', () => Promise.reject(new RpcError('not-found', 'no such step')));
  await expect(store.pull(100, aligned)).rejects.toThrow('no such step');
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
  await store.pull(300, aligned);
  await store.pull(100, aligned);
  await store.pull(200, turned);
  expect(store.way(1, aligned)).toEqual([
    [101, -100],
    [301, -300],
  ]);
  expect(store.way(0, turned)).toEqual([[200, -200]]);
});

test('a snapshot without positions is no part of a way', async () => {
  const { store, answer } = await storeOf([100]);
  answer('atSnapshot', ({ step }) => ({
    ...{ step, newest: 100, places: null, reconstructions: null, z: new Float32Array(), pictures: none },
  }));
  await store.pull(100, aligned);
  expect(store.known(100, aligned)).toBeDefined();
  expect(store.way(0, aligned)).toEqual([]);
});

test('the snapshots seen longest ago make room for others', async () => {
  const { store, answer } = await storeOf([1, 2, 3]);
  // Of 64 MiB that are kept.
  const pictures = { ...none, bytes: new Uint8Array(30 * 2 ** 20) };
  answer('atSnapshot', ({ step }) => ({
    ...{ step, newest: 3, places: null, reconstructions: null, z: new Float32Array(), pictures },
  }));
  for (const step of [1, 2, 1, 3]) await store.pull(step, aligned);
  expect([1, 2, 3].filter((step) => store.known(step, aligned))).toEqual([1, 3]);
});
