import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openEndpoint } from '../../../src/endpoint/server';
import { Cards } from '../../../src/host/encode/cards';
import type { CurrentRun } from '../../../src/host/runs/current-run';
import { Emitter } from '../../../src/host/emitter';
import { Engines } from '../../../src/host/engines/engines';
import { InterpolationModel } from '../../../src/host/interpolation/interpolation';
import { NO_ABOUT } from '../../../src/domain/run-about';
import { Attention } from '../../../src/host/explorer/attention';
import { Selections } from '../../../src/host/map/selections';
import { PendingRequest } from '../../../src/host/pending-request';
import type { RequestedDirection } from '../../../src/protocol/directions';
import { explorerHandlers } from '../../../src/host/explorer/explorer-handlers';
import type { RemoteRun } from '../../../src/runs/remote-run';
import { remoteRun } from '../../cluster/remote-world';
import type { EngineMethods } from '../../../src/protocol/schemas/engine';
import type { Handlers } from '../../../src/protocol/rpc';
import { t, useFolder } from '../support';
import { status } from '../../support/engine-status';
import { memento } from '../memento';

const folder = useFolder();
const KNOWN = 'file:///data/a.png';
const OTHER = 'file:///etc/secret.png';
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const GIF = new TextEncoder().encode('GIF89a');
const signal = new AbortController().signal;

/** The panel's handlers on a run with a real endpoint, whose engine notes what it is asked for. */
async function panel({
  ended = false,
  start = (): void => undefined,
  remote = null as RemoteRun | null,
} = {}) {
  const asked: { method: string; params: unknown }[] = [];
  const note = (method: string) => (params: unknown) => void asked.push({ method, params });
  const table: Partial<Record<keyof EngineMethods, (params: never) => unknown>> = {
    hello: () => ({ protocol: 1, product: 'test', mode: 'train', pid: process.pid }),
    status: () => status(),
    traverse: note('traverse'),
    manifold: note('manifold'),
    sample: note('sample'),
    decode: note('decode'),
    path: note('path'),
    encode: (params: { uris: string[] }) => {
      note('encode')(params);
      return params.uris.map((uri) => ({ uri, error: 'asked again' }));
    },
  };
  const endpoint = await openEndpoint(folder.path(), 'test', table as unknown as Handlers<EngineMethods>);
  const state = memento();
  const refuse = (): never => {
    throw new Error('not to be started');
  };
  const checkAllowed = (): never => {
    start();
    throw new Error('not to be started');
  };
  const engines = new Engines({ engineFolder: '', choose: refuse, checkAllowed });
  const cards = new Cards(state);
  await cards.add([KNOWN]);
  if (ended) await endpoint.close();
  else await engines.connection(folder.path()).connect();
  const outcome = remote === null ? 'finished' : 'running';
  const record = { config: { name: 'run-1' }, about: NO_ABOUT, outcome, checkpoints: [100], remote };
  const saved: { name: string; png: Uint8Array }[] = [];
  const kept: string[] = [];
  const handlers = explorerHandlers({
    current: { folder: folder.path(), entry: { record } } as unknown as CurrentRun,
    ...{ attention: new Attention(), selections: new Selections() },
    ...{ engines, cards, t, mapFocus: new PendingRequest<readonly string[]>() },
    ...{
      requestedDirection: new PendingRequest<RequestedDirection>(),
      savedDirectionsChanged: new Emitter<void>(),
      classifierChanged: new Emitter<void>(),
    },
    interpolation: new InterpolationModel(state, engines),
    showInterpolation: () => Promise.resolve(),
    folders: () => [],
    execute: refuse,
    ...{ openImage: refuse, openFile: refuse, confirm: refuse },
    keepSnapshots: () => Promise.resolve(void kept.push(folder.path())),
    imageActions: { openAll: refuse, reveal: refuse, copy: refuse, save: refuse, askTag: refuse },
    savePicture: (name, png) => Promise.resolve(saved.push({ name, png }) > 0),
    askFilmFormat: ([first]) => Promise.resolve(first ?? null),
    saveFilm: (name, { bytes }) => Promise.resolve(saved.push({ name, png: bytes }) > 0),
    mayStartEngine: () => ended,
    log: () => undefined,
  });
  const close = async (): Promise<void> => {
    engines.dispose();
    if (!ended) await endpoint.close();
  };
  return { handlers, asked, saved, kept, cards, close };
}

it('has the engine read only images that the person encoded', async () => {
  const { handlers, asked, close } = await panel();
  const rest = { edits: [], dimensions: [0], frames: 3, quantilesOf: 'prior' } as const;
  const end = (uri: string) => ({ uri });
  const plane = (uri: string) => ({
    surface: { through: [end(KNOWN), { z: Float32Array.of(1) }, end(uri)] as const },
    side: 3,
  });
  await handlers.traverse({ ...rest, around: end(KNOWN) }, signal);
  await handlers.traverse({ ...rest, around: null }, signal);
  await handlers.manifold(plane(KNOWN), signal);
  expect(asked.map(({ method }) => method)).toEqual(['traverse', 'traverse', 'manifold']);
  const refused = { code: 'bad-input', message: 'expected images of the encode cards' };
  const z = { z: Float32Array.of(1) };
  const line = { start: z.z, vector: z.z, places: z.z };
  for (const call of [
    () => handlers.traverse({ ...rest, around: end(OTHER) }, signal),
    () => handlers.manifold(plane(OTHER), signal),
    () => handlers.along({ ...line, around: end(OTHER) }, signal),
    () => handlers.analogy({ a: z, b: end(OTHER), c: z }, signal),
    () => handlers.neighbours({ of: end(OTHER), count: 3 }, signal),
    // Whatever a page makes of the arguments.
    () =>
      handlers.probe(
        { view: 'a', place: { ...z, more: [{ uris: [KNOWN, OTHER] }] } as never, nearest: 0 },
        signal,
      ),
    () => handlers.sample({ uri: 3 } as never, signal),
  ])
    await expect(call()).rejects.toMatchObject(refused);
  await expect(
    handlers.interpolateTray({ images: [{ uri: KNOWN }, { id: 'a.png' }, { uri: OTHER }] }, signal),
  ).rejects.toMatchObject(refused);
  expect(asked).toHaveLength(3);
  await close();
});

it('opens the path through images of the tray, files and images of the dataset, in their order', async () => {
  const { handlers, asked, close } = await panel();
  const images = [{ id: '7/1.png' }, { uri: KNOWN }, { id: '8/2.png' }];
  await handlers.interpolateTray({ images }, signal);
  expect(asked).toEqual([{ method: 'path', params: { waypoints: images, frames: 25 } }]);
  await close();
});

it('forgets only those encoded images that are taken out', async () => {
  const { handlers, cards, close } = await panel();
  await cards.add([OTHER]);
  let told = 0;
  cards.changed(() => told++);
  await handlers.removeCards({ uris: [KNOWN, 'file:///never/there.png'] }, signal);
  expect(cards.uris).toEqual([OTHER]);
  expect(told).toBe(1);
  await close();
});

it('passes points on as they are, and names a saved picture after its run', async () => {
  const { handlers, asked, saved, close } = await panel();
  const params = { view: 'dimensions', z: Float32Array.of(0.5, -1), count: 1 };
  await handlers.decode(params, signal);
  expect(asked).toEqual([{ method: 'decode', params }]);
  expect(await handlers.savePicture({ of: 'manifold', png: PNG }, signal)).toBe(true);
  expect(await handlers.saveFilm({ of: 'time', file: { format: 'gif', bytes: GIF } }, signal)).toBe(true);
  expect(saved).toEqual([
    { name: 'run-1-manifold', png: PNG },
    { name: 'run-1-time', png: GIF },
  ]);
  await close();
});

it('has the next training keep snapshots', async () => {
  const { handlers, kept, close } = await panel();
  await handlers.keepSnapshots({}, signal);
  expect(kept).toHaveLength(1);
  await close();
});

it('takes over what the command has just encoded, once', async () => {
  const { handlers, asked, cards, close } = await panel();
  const made = { uri: OTHER, error: 'made by the command' };
  cards.offer(folder.path(), [made]);
  await cards.add([OTHER]);
  const again = (uri: string) => ({ uri, error: 'asked again' });
  expect(await handlers.cards({}, signal)).toEqual([made, again(KNOWN)]);
  expect(asked).toEqual([{ method: 'encode', params: { uris: [KNOWN] } }]);
  expect(await handlers.cards({}, signal)).toEqual([again(OTHER), again(KNOWN)]);
  // Another run has other weights.
  cards.offer('/another/run', [made]);
  expect(await handlers.cards({}, signal)).toEqual([again(OTHER), again(KNOWN)]);
  await close();
});

it('starts one engine for all views of the page that ask at once, and another one when they ask later', async () => {
  await writeFile(join(folder.path(), 'config.json'), '{}');
  vi.useFakeTimers({ toFake: ['performance'] });
  let starts = 0;
  const { handlers, close } = await panel({ ended: true, start: () => starts++ });
  const ask = async (): Promise<void> => {
    const views = await Promise.allSettled([
      handlers.reconstructions({}, signal),
      handlers.map({}, signal),
      handlers.snapshots({}, signal),
    ]);
    for (const view of views) expect(view).toMatchObject({ reason: { code: 'not-ready' } });
  };
  await ask();
  expect(starts).toBe(1);
  await ask();
  expect(starts).toBe(1);
  vi.advanceTimersByTime(60_000);
  await ask();
  expect(starts).toBe(2);
  vi.useRealTimers();
  await close();
});

it('gives the end of a very long curve first, and the whole when asked', async () => {
  const lines = Array.from({ length: 90_000 }, (_, step) =>
    JSON.stringify({ type: 'train', step, samples: step, seconds: 1, elbo: -1, reconstruction: -1, kl: 0 }),
  );
  await writeFile(join(folder.path(), 'metrics.jsonl'), `${lines.join('\n')}\n`);
  const { handlers, close } = await panel({ ended: true });
  const stepsOf = async (since: number, whole: boolean) => {
    const { rows, isWhole } = await handlers.metrics({ since, whole }, signal);
    return { first: rows[0]?.step, last: rows.at(-1)?.step, isWhole };
  };
  const end = await stepsOf(-1, false);
  expect(end).toMatchObject({ last: 89_999, isWhole: false });
  expect(end.first).toBeGreaterThan(0);
  expect(await stepsOf(-1, true)).toEqual({ first: 0, last: 89_999, isWhole: true });
  expect(await stepsOf(89_997, false)).toMatchObject({ first: 89_998, last: 89_999 });
  await close();
});

it('asks an engine of this machine about a run that a cluster trains, and none about one that is trained here', async () => {
  await writeFile(join(folder.path(), 'config.json'), '{}');
  let starts = 0;
  for (const [state, expected] of [
    ['running', 1],
    ['ended', 1],
  ] as const) {
    const options = { ended: true, start: () => starts++, remote: remoteRun({ state }) };
    const { handlers, close } = await panel(options);
    await expect(handlers.map({}, signal)).rejects.toMatchObject({ code: 'not-ready' });
    expect(starts).toBe(expected);
    await close();
  }
});
