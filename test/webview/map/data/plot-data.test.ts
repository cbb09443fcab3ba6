import { afterEach, expect, test, vi } from 'vitest';
import { USUAL_LAYOUT } from '../../../../src/protocol/layout';
import type { MapSet } from '../../../../src/protocol/map';
import type { ExplorerClient } from '../../../../webview/shared/run-session';
import { MapData } from '../../../../webview/map/data/map-data';
import {
  atSnapshot,
  axesKey,
  describePoint,
  factsOf,
  missingText,
  pullDrawn,
  rowOf,
} from '../../../../webview/map/data/plot-data';
import type { PlotChoices, PlotData } from '../../../../webview/map/data/plot-data';
import { categoryStyle } from '../../../../webview/shared/palette';

const COLUMNS: Record<string, Float32Array> = {
  elbo: Float32Array.of(-100.5, -90, -120.25),
  kl: Float32Array.of(10, 20, 15),
  'pc:0': Float32Array.of(-1, 0.5, 2),
  'pc:1': Float32Array.of(0, 3, -3),
};
const AGES = Float64Array.of(20, NaN, 60);

/** A map of three images, the last without a label, with their ages in a further column. */
function mapData(change: Partial<MapSet> = {}): Promise<MapData> {
  const set: MapSet = {
    ...{ key: 'k', step: 1, count: 3, dimensions: 3, labelNames: ['cat', 'dog'], layout: null },
    shares: Float32Array.of(0.5, 0.3, 0.2),
    ...change,
  };
  const answers: Record<string, (params: { column: string }) => unknown> = {
    mapImages: () => ({
      ids: ['a.png', 'b.png', 'c.png'],
      labels: Int32Array.of(1, 0, -1),
      splits: Uint8Array.of(0, 1, 2),
    }),
    mapFields: () => [{ name: 'age', names: null }],
    mapColumn: ({ column }) => COLUMNS[column],
    mapField: () => AGES,
  };
  const call = (method: string, params: { column: string }): Promise<unknown> =>
    Promise.resolve(answers[method]!(params));
  return MapData.load({ call } as unknown as ExplorerClient, set);
}

/** A page in a theme, of which only the ground matters here. */
function useTheme(name: 'vscode-light' | 'vscode-dark'): void {
  vi.stubGlobal('document', { body: { classList: { contains: (each: string) => each === name } } });
  vi.stubGlobal('getComputedStyle', () => ({ color: '', fontFamily: '', getPropertyValue: () => '' }));
}
afterEach(() => {
  vi.unstubAllGlobals();
});

async function drawn(choices: Partial<PlotChoices> = {}, data = mapData()): Promise<PlotData> {
  useTheme('vscode-dark');
  return pullDrawn(await data, { x: 'pc:0', y: 'pc:1', colour: 'label', tags: [], ...choices });
}

test('coordinates are drawn as they are, every image has a place, and labels are the colours', async () => {
  const plot = await drawn();
  expect(plot.places).toEqual([COLUMNS['pc:0'], COLUMNS['pc:1']]);
  expect(plot.placed).toBeNull();
  expect(plot.elbo).toEqual(COLUMNS['elbo']);
  const { colouring } = plot;
  if (colouring.kind !== 'categories') return expect.unreachable();
  expect(colouring.categories.map(({ key }) => key)).toEqual(['label:cat', 'label:dog', 'label']);
  expect([...colouring.of]).toEqual([1, 0, 2]);
});

test('beside a measure each axis has its own scale, and an image without a value has no place', async () => {
  const plot = await drawn({ y: 'field:age' });
  expect(plot.scales).toEqual([
    { origin: -1, unit: 3 },
    { origin: 20, unit: 40 },
  ]);
  expect(plot.places).toEqual([Float32Array.of(0, 0.5, 1), Float32Array.of(0, NaN, 1)]);
  expect(plot.placed).toEqual(Uint8Array.of(1, 0, 1));
});

test('the colours are those of the ground of the theme', async () => {
  const data = await mapData();
  const choices: PlotChoices = { x: 'pc:0', y: 'pc:1', colour: 'label', tags: [] };
  const first = async (): Promise<readonly number[] | undefined> => {
    const { colouring } = await pullDrawn(data, choices);
    return colouring.kind === 'categories' ? colouring.categories[0]!.colour : undefined;
  };
  useTheme('vscode-light');
  expect(await first()).toEqual(categoryStyle(0, true).colour);
  useTheme('vscode-dark');
  expect(await first()).toEqual(categoryStyle(0, false).colour);
  expect(categoryStyle(0, true).colour).not.toEqual(categoryStyle(0, false).colour);
});

test('tags of the run are colours where they are chosen', async () => {
  const { colouring } = await drawn({ colour: 'tag', tags: [{ name: 'odd', ids: ['c.png'] }] });
  if (colouring.kind !== 'categories') return expect.unreachable();
  expect(colouring.categories.map(({ key, count }) => [key, count])).toEqual([
    ['tag:odd', 1],
    ['tags', 0],
    ['tag', 2],
  ]);
});

test('positions mean something else on other axes and in another layout, not with other colours', async () => {
  const plain = await drawn();
  expect(axesKey(await drawn({ colour: 'none' }))).toBe(axesKey(plain));
  expect(axesKey(await drawn({ x: 'pc:1', y: 'pc:0' }))).not.toBe(axesKey(plain));
  const layout = (id: string): PlotData => {
    const set = { layout: { ...USUAL_LAYOUT, id, step: 1, fitted: 3, epochs: 500 } };
    return { ...plain, data: { set } as MapData, x: 'umap:0', y: 'umap:1' };
  };
  expect(axesKey(layout('a'))).toBe(axesKey(layout('a')));
  expect(axesKey(layout('a'))).not.toBe(axesKey(layout('b')));
});

test('facts of an image: label, split, ELBO, and its values along axes that are other measures', async () => {
  const plot = await drawn();
  expect(factsOf(plot, 0)).toBe('dog · training · ELBO \u2212100.50');
  expect(factsOf(plot, 2)).toBe('test · ELBO \u2212120.25');
  expect(factsOf(await drawn({ x: 'elbo', y: 'kl' }), 1)).toBe('cat · validation · ELBO \u221290.00 · KL 20');
  expect(factsOf(await drawn({ y: 'field:age' }), 0)).toBe('dog · training · ELBO \u2212100.50 · age 20');
});

test('a row of the table has two decimals of a coordinate, and a measure as it is', async () => {
  expect(rowOf(await drawn(), 2)).toEqual({
    ...{ id: 'c.png', label: '', split: 'test' },
    ...{ x: '2.00', y: '\u22123.00', elbo: -120.25 },
  });
  expect(rowOf(await drawn({ x: 'pc:0', y: 'field:age' }), 0)).toMatchObject({ x: '\u22121.00', y: '20' });
});

test('images that are not on the map are counted, and none are not mentioned', () => {
  expect(missingText(0, 7)).toBe('');
  expect(missingText(1200, 3456)).toBe(
    '1,200 of 3,456 images are not on the map: the run was not trained with them.',
  );
});

test('a screen reader hears what is to the right and what is up, and the keys', async () => {
  const text = describePoint(await drawn({ y: 'field:age' }), true);
  expect(text).toMatch(/^Map of 3 images: PC 1 \(50 %\) to the right, age up\. Arrow keys go/);
  expect(text).toContain('Ctrl+Enter opens the file, Space selects');
  // In a page there is no file to open.
  const inPage = describePoint(await drawn({ y: 'field:age' }), false);
  expect(inPage).toContain('Enter shows the card, Space selects');
  expect(inPage).not.toContain('file');
});

test('at an earlier step the images that are followed lie where they were, and the others nowhere', async () => {
  const newest = await drawn();
  const then = atSnapshot(newest, {
    ...{ step: 1000, frame: { key: 'k', x: 'pc:0', y: 'pc:1', align: true }, aligned: true },
    ...{ indices: Uint32Array.of(2, 0), x: Float32Array.of(7, -7), y: Float32Array.of(0.5, 0.25) },
  });
  expect(then.places).toEqual([Float32Array.of(-7, NaN, 7), Float32Array.of(0.25, NaN, 0.5)]);
  expect(then.placed).toEqual(Uint8Array.of(1, 0, 1));
  expect(rowOf(then, 2)).toMatchObject({ id: 'c.png', x: '7.00', y: '0.50' });
  expect(then.colouring).toBe(newest.colouring);
  expect(axesKey(then)).toBe(axesKey(newest));
  expect(describePoint(then, true)).toMatch(
    /^Map of 2 images at step 1,000: PC 1 \(50 %\) to the right, PC 2/,
  );
  // The map itself is as it was.
  expect(newest.places[0]).toEqual(COLUMNS['pc:0']);
});
