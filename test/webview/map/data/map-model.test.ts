import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { USUAL_LAYOUT } from '../../../../src/protocol/layout';
import type { LayoutParameters, MapLayout } from '../../../../src/protocol/layout';
import type { MapSet, MapState } from '../../../../src/protocol/map';
import type { RunView } from '../../../../src/protocol/panel';
import { RpcError } from '../../../../src/protocol/rpc';
import { KeptChoices } from '../../../../webview/shared/kept-choices';
import { RunSession } from '../../../../webview/shared/run-session';
import { MAX_UNASKED_IMAGES, MapModel } from '../../../../webview/map/data/map-model';
import { RUN, fakeHost } from '../../fake-host';
import type { Answers } from '../../fake-host';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('document', page('visible'));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const page = (visibilityState: string) => ({
  ...{ visibilityState, addEventListener: () => undefined, removeEventListener: () => undefined },
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
  ...{
    set: null,
    step: 1,
    images: MAX_UNASKED_IMAGES + 1,
    job: null,
    error: '',
    layout: { saved: null, job: null, error: '' },
  },
  ...change,
});
const encoding = state({ job: { done: 1, total: 2 } });
const layingOut = (of: MapSet): MapState =>
  state({ set: of, layout: { saved: null, job: { stage: 'layout', done: 1, total: 9 }, error: '' } });

/** A view of the map on a run, with a host whose answers a test may replace: what it starts, it reports. */
function view(answers: Answers = {}, change: Partial<RunView> = {}) {
  const starts = (job: MapState) => (): MapState => {
    all.map = () => job;
    return job;
  };
  const all: Answers = {
    map: () => state(),
    mapTags: () => [],
    excludedImages: () => [],
    encodeAll: starts(encoding),
    cancelEncodeAll: starts(state()),
    startLayout: starts(layingOut(set('k'))),
    cancelLayout: starts(state({ set: set('k') })),
    mapImages: () => ({ ids: ['a', 'b'], labels: null, splits: new Uint8Array(2) }),
    mapFields: () => [],
    ...answers,
  };
  const answer = (method: keyof Answers) => (params: Readonly<Record<string, unknown>>) =>
    Promise.resolve().then(() => all[method]!(params));
  const fake = fakeHost({
    ...Object.fromEntries((Object.keys(all) as (keyof Answers)[]).map((name) => [name, answer(name)])),
    mapFocus: () => all.mapFocus?.({}) ?? [],
  });
  const choices = new KeptChoices({ read: () => null, write: () => undefined });
  const run: RunView = { ...RUN, ...change };
  const session = new RunSession(fake.client, run, choices.of(run.uri, 'images'));
  const map = new MapModel(session);
  return {
    map,
    session,
    /** How often the host was asked for something, once everything has come to rest. */
    count: (method: string): number => fake.asked.filter((each) => each === method).length,
    answer: (method: keyof Answers, to: NonNullable<Answers[keyof Answers]>): void => void (all[method] = to),
    /** The run's state changes. */
    becomes: (to: Partial<RunView>): Promise<unknown> => {
      session.update({ ...run, ...to }, -1);
      return rest();
    },
    focus: (): Promise<unknown> => {
      fake.emit('mapFocusChanged', {});
      return rest();
    },
  };
}
type View = ReturnType<typeof view>;

test('nothing is known before the host has answered, and no model is no error', async () => {
  const { map } = view({
    map: () => {
      throw new RpcError('not-ready', 'no model yet');
    },
  });
  expect(map.state).toBeUndefined();
  await rest();
  expect(map).toMatchObject({ state: null, data: null, trouble: '' });
});

test('the images are pulled once for each set, and a failed encoding is told', async () => {
  const { map, session, answer, count } = view({ map: () => state({ set: set('k') }) });
  let told = 0;
  session.whenever(() => {
    void map.data;
    told++;
  });
  await rest();
  expect(told).toBeGreaterThan(1);
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
  const { map, answer } = view({ map: () => Promise.reject(new Error('the disk is gone')) });
  await rest();
  expect(map.trouble).toBe('the disk is gone');
  answer('map', () => state());
  map.pull();
  await rest();
  expect(map.trouble).toBe('');
});

test('a shown view looks again while images are encoded, and rests when they are', async () => {
  const { map, answer, count } = view({ map: () => encoding });
  await rest();
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
  const { count } = view({ map: () => layingOut(set('k')) });
  await rest();
  await aWhile();
  expect(count('map')).toBeGreaterThan(1);
});

test('a hidden view does not look again by itself', async () => {
  vi.stubGlobal('document', page('hidden'));
  const { count } = view({ map: () => encoding });
  await rest();
  await aWhile();
  expect(count('map')).toBe(1);
});

test('an encoding that was asked for is asked for again when its engine ended before it was made', async () => {
  const { map, answer, count } = view();
  await rest();
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
  const { map, answer, count } = view();
  await rest();
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
  const { map, answer } = view({ map: () => state({ set: set('old') }) });
  answer('mapImages', () => {
    throw new RpcError('superseded', 'there is a newer map');
  });
  await rest();
  expect(map).toMatchObject({ data: null, trouble: '' });
  answer('map', () => state({ set: set('new') }));
  answer('mapImages', () => ({ ids: ['c', 'd'], labels: null, splits: new Uint8Array(2) }));
  await aWhile();
  expect(map.data?.set.key).toBe('new');
});

test('new rows of a run are no reason to ask for its map, another state of its engine is', async () => {
  const { count, becomes } = view({}, { outcome: 'running' });
  await rest();
  await becomes({ outcome: 'running', message: 'another' });
  expect(count('map')).toBe(1);
  await becomes({ outcome: 'finished' });
  expect(count('map')).toBe(2);
});

test('a layout replaces only what depends on it', async () => {
  const { map, answer } = view({ map: () => state({ set: set('k', layoutOf('1')) }) });
  await rest();
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
  const { map, answer } = view({ map: () => state({ set: set('k') }) });
  answer('startLayout', (parameters) => {
    started.push(parameters);
    answer('map', () => layingOut(set('k')));
    return layingOut(set('k'));
  });
  await rest();
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

test('a layout is due until it was asked for, for each set of images', async () => {
  const { map, answer } = view({ map: () => state({ set: set('k') }) });
  answer('startLayout', () => new Promise(() => undefined));
  await rest();
  expect(map.isLayoutDue).toBe(true);
  map.layOut(USUAL_LAYOUT);
  // At once, not only when the engine has answered: it is asked for once.
  expect(map.isLayoutDue).toBe(false);
  answer('map', () => state({ set: set('new') }));
  map.pull();
  await rest();
  expect(map.isLayoutDue).toBe(true);
  map.cancelLayout();
  expect(map.isLayoutDue).toBe(false);
});

test('a layout that failed is not started again', async () => {
  const { map, answer, count } = view({ map: () => state({ set: set('k') }) });
  await rest();
  map.layOut(USUAL_LAYOUT);
  await rest();
  const layout = { saved: null, job: null, error: 'too few images' };
  answer('map', () => state({ set: set('k'), layout }));
  await aWhile();
  expect(count('startLayout')).toBe(1);
});

test('a layout that was cancelled is not started again', async () => {
  const { map, count } = view({ map: () => state({ set: set('k') }) });
  await rest();
  map.layOut(USUAL_LAYOUT);
  await rest();
  map.cancelLayout();
  await aWhile();
  expect(count('startLayout')).toBe(1);
});

test('a layout that is told to have started after it was cancelled is not started again', async () => {
  const own: View = view({ map: () => state({ set: set('k') }) });
  let tell: (of: MapState) => void = () => undefined;
  own.answer('startLayout', () => new Promise<MapState>((resolve) => (tell = resolve)));
  await rest();
  own.map.layOut(USUAL_LAYOUT);
  await rest();
  own.map.cancelLayout();
  await rest();
  tell(layingOut(set('k')));
  await aWhile();
  expect(own.count('startLayout')).toBe(1);
  expect(own.map.state?.layout.job).toBeNull();
});

test('a layout that cannot be started says why, beside the map', async () => {
  const { map, answer } = view({ map: () => state({ set: set('k') }) });
  answer('startLayout', () => {
    throw new RpcError('bad-input', 'UMAP needs 3 images');
  });
  await rest();
  map.layOut(USUAL_LAYOUT);
  await rest();
  expect(map).toMatchObject({ layoutTrouble: 'UMAP needs 3 images', trouble: '' });
  answer('startLayout', () => layingOut(set('k')));
  map.layOut(USUAL_LAYOUT);
  await rest();
  expect(map.layoutTrouble).toBe('');
});

test('images that are to be shown are taken once, and have the map made where there is none', async () => {
  const { map, session, answer, count, focus } = view();
  await rest();
  answer('mapFocus', () => ['a', 'b']);
  await focus();
  expect(session.state.value.tab).toBe('map');
  expect(count('encodeAll')).toBe(1);
  expect(map.takeSought()).toEqual(['a', 'b']);
  expect(map.takeSought()).toEqual([]);
  answer('map', () => state({ set: set('k') }));
  await aWhile();
  await focus();
  expect(count('encodeAll')).toBe(1);
  expect(map.sought).toEqual(['a', 'b']);
});

const FEW = { images: MAX_UNASKED_IMAGES };

test('the map of not too many images is made by itself, once', async () => {
  const { count, answer, map } = view({ map: () => state(FEW) });
  await rest();
  expect(count('encodeAll')).toBe(1);
  answer('map', () => state({ ...FEW, set: set('k') }));
  await aWhile();
  map.pull();
  await aWhile();
  expect(map.set?.key).toBe('k');
  expect(count('encodeAll')).toBe(1);
});

test.each([
  ['of more images', { images: MAX_UNASKED_IMAGES + 1 }],
  ['without a model', { ...FEW, step: null }],
  ['that failed', { ...FEW, error: 'out of memory' }],
])('a map %s is not made by itself', async (_what, change) => {
  const { count } = view({ map: () => state(change) });
  await aWhile();
  expect(count('encodeAll')).toBe(0);
});

test('beside training it is made for a view that shows it', async () => {
  const { count, map } = view({ map: () => state(FEW) }, { outcome: 'running' });
  await aWhile();
  expect(count('encodeAll')).toBe(0);
  map.use();
  await rest();
  expect(count('encodeAll')).toBe(1);
});

test('it is refreshed when training ends, not before, and then once', async () => {
  const old = state({ ...FEW, step: 9, set: set('k') });
  const { count, answer, map, becomes } = view({ map: () => old }, { outcome: 'running' });
  map.use();
  await aWhile();
  expect(map.isStale).toBe(true);
  expect(count('encodeAll')).toBe(0);
  await becomes({ outcome: 'finished' });
  expect(count('encodeAll')).toBe(1);
  answer('map', () => state({ ...FEW, step: 9, set: { ...set('new'), step: 9 } }));
  await aWhile();
  expect(map.set?.key).toBe('new');
  expect(map.isStale).toBe(false);
  expect(count('encodeAll')).toBe(1);
});

test('a refresh that was lost with its engine is asked of the next one; one that ended otherwise is not', async () => {
  const old = state({ ...FEW, step: 9, set: set('k') });
  const { count, answer, map, becomes } = view({ map: () => old });
  await rest();
  expect(count('encodeAll')).toBe(1);
  // Another window has cancelled it.
  answer('map', () => old);
  await aWhile();
  map.pull();
  await aWhile();
  expect(count('encodeAll')).toBe(1);
  await becomes({ live: { state: 'serving' } as unknown as NonNullable<RunView['live']> });
  expect(count('encodeAll')).toBe(2);
});

test('what the person cancelled is made again only when asked for', async () => {
  const { count, map } = view({ map: () => state(FEW) });
  await rest();
  map.cancel();
  await aWhile();
  expect(count('encodeAll')).toBe(1);
  map.make();
  await rest();
  expect(count('encodeAll')).toBe(2);
});
