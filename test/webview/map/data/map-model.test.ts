import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { USUAL_LAYOUT } from '../../../../src/protocol/layout';
import type { LayoutParameters, MapLayout } from '../../../../src/protocol/layout';
import type { MapSet, MapState } from '../../../../src/protocol/map';
import type { RunView } from '../../../../src/protocol/panel';
import { RpcError } from '../../../../src/protocol/rpc';
import type { ExplorerClient, RunSession } from '../../../../webview/shared/run-session';
import { MapModel } from '../../../../webview/map/data/map-model';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('document', { visibilityState: 'visible' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Lets everything that is under way come to rest. */
const rest = () => vi.advanceTimersByTimeAsync(0);
/** As long as the model waits between two looks at a job, and then some. */
const aWhile = () => vi.advanceTimersByTimeAsync(1000);

const set = (key: string, layout: MapLayout | null = null): MapSet => ({
  ...{ key, step: 1, count: 2, dimensions: 2, labelNames: null, layout },
  shares: Float32Array.of(0.75, 0.25),
});
const layoutOf = (id: string, parameters = USUAL_LAYOUT): MapLayout => ({
  ...parameters,
  ...{ id, step: 1, fitted: 2, epochs: 500 },
});
const state = (change: Partial<MapState> = {}): MapState => ({
  ...{ set: null, step: 1, job: null, error: '', layout: { saved: null, job: null, error: '' } },
  ...change,
});
const encoding = state({ job: { done: 1, total: 2 } });
const layingOut = (of: MapSet): MapState =>
  state({ set: of, layout: { saved: null, job: { stage: 'layout', done: 1, total: 9 }, error: '' } });

type Answer = (params: object) => unknown;

/** A view of the map on a run, with a host whose answers a test may replace: what it starts, it reports. */
function view(answers: Record<string, Answer> = {}) {
  const asked: string[] = [];
  const starts = (job: MapState) => (): MapState => {
    all['map'] = () => job;
    return job;
  };
  const all: Record<string, Answer> = {
    map: () => state(),
    mapFocus: () => [],
    encodeAll: starts(encoding),
    cancelEncodeAll: starts(state()),
    startLayout: starts(layingOut(set('k'))),
    cancelLayout: starts(state({ set: set('k') })),
    mapImages: () => ({ ids: ['a', 'b'], labels: null, splits: new Uint8Array(2) }),
    mapFields: () => [],
    ...answers,
  };
  const told = new Map<string, () => void>();
  const client = {
    call: (method: string, params: object): Promise<unknown> => {
      asked.push(method);
      return Promise.resolve().then(() => all[method]!(params));
    },
    on: (event: string, listener: () => void) => told.set(event, listener),
  };
  const explorer = {
    run: undefined as Partial<RunView> | undefined,
    on: (topic: string, listener: () => void) => told.set(topic, listener),
  };
  const map = new MapModel(explorer as unknown as RunSession, client as unknown as ExplorerClient);
  return {
    map,
    asked,
    /** How often the host was asked for something, once everything has come to rest. */
    count: (method: string): number => asked.filter((each) => each === method).length,
    answer: (method: string, answer: Answer): void => void (all[method] = answer),
    shows: (uri: string, change: Partial<RunView> = {}): Promise<unknown> => {
      explorer.run = { uri, outcome: 'finished', live: null, ...change };
      told.get('run')!();
      return rest();
    },
    focus: (): Promise<unknown> => {
      told.get('mapFocusChanged')!();
      return rest();
    },
  };
}

test('nothing is known before the host has answered, and no model is no error', async () => {
  const { map, answer, shows } = view();
  await rest();
  expect(map.state).toBeUndefined();
  answer('map', () => {
    throw new RpcError('not-ready', 'no model yet');
  });
  await shows('a');
  expect(map).toMatchObject({ state: null, data: null, trouble: '' });
});

test('the images are pulled once for each set, and a failed encoding is told', async () => {
  const { map, answer, count, shows } = view({ map: () => state({ set: set('k') }) });
  let told = 0;
  map.on(() => told++);
  await shows('a');
  expect(told).toBeGreaterThan(0);
  expect(map.data?.images.ids).toEqual(['a', 'b']);
  const before = map.data;
  answer('map', () => state({ set: set('k'), error: 'out of memory' }));
  map.pull();
  await rest();
  expect(map.data).toBe(before);
  expect(map.trouble).toBe('out of memory');
  answer('map', () => state({ set: set('next') }));
  map.pull();
  await rest();
  expect(map.data?.set.key).toBe('next');
  expect(map.trouble).toBe('');
  expect(count('mapImages')).toBe(2);
});

test('a refused call is trouble until one succeeds', async () => {
  const { map, answer, shows } = view({ map: () => Promise.reject(new Error('the disk is gone')) });
  await shows('a');
  expect(map.trouble).toBe('the disk is gone');
  answer('map', () => state());
  map.pull();
  await rest();
  expect(map.trouble).toBe('');
});

test('a shown view looks again while images are encoded, and rests when they are', async () => {
  const { map, answer, count, shows } = view({ map: () => encoding });
  await shows('a');
  expect(count('map')).toBe(1);
  await aWhile();
  const during = count('map');
  expect(during).toBeGreaterThan(1);
  answer('map', () => state({ set: set('k') }));
  await aWhile();
  expect(map.data?.set.key).toBe('k');
  const after = count('map');
  await aWhile();
  expect(count('map')).toBe(after);
});

test('it looks again during a layout, too', async () => {
  const { count, shows } = view({ map: () => layingOut(set('k')) });
  await shows('a');
  await aWhile();
  expect(count('map')).toBeGreaterThan(1);
});

test('a hidden view does not look again by itself', async () => {
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  const { count, shows } = view({ map: () => encoding });
  await shows('a');
  await aWhile();
  expect(count('map')).toBe(1);
});

test('an encoding that was asked for is asked for again when its engine ended before it was made', async () => {
  const { map, answer, count, shows } = view();
  await shows('a');
  map.make();
  await rest();
  expect(count('encodeAll')).toBe(1);
  answer('map', () => state());
  await aWhile();
  expect(count('encodeAll')).toBe(2);
  expect(map.state).toBe(encoding);
  answer('map', () => state({ set: set('k') }));
  await aWhile();
  // Made: that the images are gone later is no reason to make them again.
  answer('map', () => state());
  map.pull();
  await rest();
  expect(count('encodeAll')).toBe(2);
});

test.each([
  ['was cancelled', (map: MapModel) => map.cancel(), () => state()],
  ['failed', () => undefined, () => state({ error: 'out of memory' })],
])('an encoding that %s is not asked for again', async (_how, act, later) => {
  const { map, answer, count, shows } = view();
  await shows('a');
  map.make();
  await rest();
  act(map);
  await rest();
  answer('map', later);
  map.pull();
  await aWhile();
  expect(count('encodeAll')).toBe(1);
});

test('images that were encoded anew in the meantime are pulled at the next look', async () => {
  const { map, answer, shows } = view({ map: () => state({ set: set('old') }) });
  answer('mapImages', () => {
    throw new RpcError('superseded', 'there is a newer map');
  });
  await shows('a');
  expect(map).toMatchObject({ data: null, trouble: '' });
  answer('map', () => state({ set: set('new') }));
  answer('mapImages', () => ({ ids: ['c', 'd'], labels: null, splits: new Uint8Array(2) }));
  await aWhile();
  expect(map.data?.set.key).toBe('new');
});

test('what is told of the run before is dropped', async () => {
  let tell: (of: MapState) => void = () => undefined;
  const { map, answer, shows } = view({ map: () => new Promise((resolve) => (tell = resolve)) });
  await shows('a');
  const slow = tell;
  answer('map', () => state({ set: set('of b') }));
  await shows('b');
  const shown: (string | undefined)[] = [];
  map.on(() => shown.push(map.state?.set?.key));
  slow(state({ set: set('of a') }));
  await rest();
  expect(shown).not.toContain('of a');
  expect(map.state?.set?.key).toBe('of b');
  expect(map.data?.set.key).toBe('of b');
});

test('the first run that is shown takes over what was asked for before, the next one does not', async () => {
  const { map, answer, count, shows } = view();
  map.make();
  await rest();
  expect(count('encodeAll')).toBe(1);
  answer('map', () => state());
  await shows('a');
  expect(count('encodeAll')).toBe(2);
  answer('map', () => state());
  await shows('b');
  expect(count('encodeAll')).toBe(2);
});

test('another run clears the map at once', async () => {
  const { map, answer, shows } = view({ map: () => state({ set: set('k') }) });
  await shows('a');
  expect(map.data).not.toBeNull();
  answer('map', () => new Promise(() => undefined));
  await shows('b');
  expect(map).toMatchObject({ state: undefined, data: null });
});

test('new rows of a run are no reason to ask for its map, another state of its engine is', async () => {
  const { count, shows } = view();
  await shows('a', { outcome: 'running' });
  await shows('a', { outcome: 'running' });
  expect(count('map')).toBe(1);
  await shows('a', { outcome: 'finished' });
  expect(count('map')).toBe(2);
});

test('a layout replaces only what depends on it', async () => {
  const { map, answer, shows } = view({ map: () => state({ set: set('k', layoutOf('1')) }) });
  await shows('a');
  const before = map.data!;
  answer('map', () => state({ set: set('k', layoutOf('2')) }));
  map.pull();
  await rest();
  expect(map.data!.set.layout?.id).toBe('2');
  expect(map.data!.images).toBe(before.images);
});

test('a layout that was lost with its engine is started again, until it is made', async () => {
  const wanted: LayoutParameters = { ...USUAL_LAYOUT, neighbours: 5 };
  const started: object[] = [];
  const { map, answer, shows } = view({ map: () => state({ set: set('k') }) });
  answer('startLayout', (parameters) => {
    started.push(parameters);
    answer('map', () => layingOut(set('k')));
    return layingOut(set('k'));
  });
  await shows('a');
  map.layOut(wanted);
  await rest();
  expect(started).toEqual([wanted]);
  // An older layout with other parameters is there again.
  answer('map', () => state({ set: set('k', layoutOf('1')) }));
  await aWhile();
  expect(started).toEqual([wanted, wanted]);
  answer('map', () => state({ set: set('k', layoutOf('2', wanted)) }));
  await aWhile();
  answer('map', () => state({ set: set('k') }));
  map.pull();
  await aWhile();
  expect(started).toHaveLength(2);
});

test('a layout that failed is not started again', async () => {
  const { map, answer, count, shows } = view({ map: () => state({ set: set('k') }) });
  await shows('a');
  map.layOut(USUAL_LAYOUT);
  await rest();
  const layout = { saved: null, job: null, error: 'too few images' };
  answer('map', () => state({ set: set('k'), layout }));
  await aWhile();
  expect(count('startLayout')).toBe(1);
});

test('a layout that was cancelled is not started again', async () => {
  const { map, count, shows } = view({ map: () => state({ set: set('k') }) });
  await shows('a');
  map.layOut(USUAL_LAYOUT);
  await rest();
  map.cancelLayout();
  await aWhile();
  expect(count('startLayout')).toBe(1);
});

test.each([
  ['it was cancelled', (own: ReturnType<typeof view>) => own.map.cancelLayout()],
  ['another run is shown', (own: ReturnType<typeof view>) => void own.shows('b')],
])('a layout that is told to have started after %s is not started again', async (_what, act) => {
  const own = view({ map: () => state({ set: set('k') }) });
  let tell: (of: MapState) => void = () => undefined;
  own.answer('startLayout', () => new Promise((resolve) => (tell = resolve)));
  await own.shows('a');
  own.map.layOut(USUAL_LAYOUT);
  await rest();
  act(own);
  await rest();
  tell(layingOut(set('k')));
  await aWhile();
  expect(own.count('startLayout')).toBe(1);
  expect(own.map.state?.layout.job).toBeNull();
});

test('a layout that cannot be started says why, beside the map', async () => {
  const { map, answer, shows } = view({ map: () => state({ set: set('k') }) });
  answer('startLayout', () => {
    throw new RpcError('bad-input', 'UMAP needs 3 images');
  });
  await shows('a');
  map.layOut(USUAL_LAYOUT);
  await rest();
  expect(map).toMatchObject({ layoutTrouble: 'UMAP needs 3 images', trouble: '' });
  answer('startLayout', () => layingOut(set('k')));
  map.layOut(USUAL_LAYOUT);
  await rest();
  expect(map.layoutTrouble).toBe('');
});

test('images that are to be shown are taken once, and have the map made where there is none', async () => {
  const { map, answer, count, focus, shows } = view();
  await shows('a');
  answer('mapFocus', () => ['a', 'b']);
  await focus();
  expect(count('encodeAll')).toBe(1);
  expect(map.takeSought()).toEqual(['a', 'b']);
  expect(map.takeSought()).toEqual([]);
  answer('map', () => state({ set: set('k') }));
  await aWhile();
  await focus();
  expect(count('encodeAll')).toBe(1);
  expect(map.sought).toEqual(['a', 'b']);
});
