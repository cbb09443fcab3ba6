import { describe, expect, test } from 'vitest';
import type { MapSet } from '../../../../src/protocol/map';
import {
  axesFor,
  axisChoices,
  axisName,
  colourChoices,
  defaultAxes,
  defaultColour,
  layoutChoices,
  known,
} from '../../../../webview/map/data/axis-choices';
import {
  byTag,
  byValue,
  categoriesOf,
  colouringOf,
  isVisible,
  recoloured,
  stylesOf,
} from '../../../../webview/map/style/colouring';
import type { MapData } from '../../../../webview/map/data/map-data';
import { USUAL_LAYOUT } from '../../../../src/protocol/layout';
import { hexOf, customColours, withColour } from '../../../../webview/map/style/custom-colours';
import { categoryStyle, HIDDEN, plainColour, scaleColour } from '../../../../webview/shared/palette';
import { inShape } from '../../../../webview/map/canvas/shapes';

const set = (change: Partial<MapSet> = {}): MapSet => ({
  ...{ key: 'k', step: 1, count: 4, dimensions: 3, labelNames: ['a', 'b'], layout: null },
  shares: Float32Array.of(0.5, 0.496, 0.004),
  ...change,
});
const images = {
  ids: ['1', '2', '3', '4'],
  labels: Int32Array.of(1, 0, -1, 1),
  splits: Uint8Array.of(0, 2, 1, 0),
};

describe('categories', () => {
  test('of labels, those without one last, and their points', () => {
    const colouring = categoriesOf({ set: set(), images }, 'label', false);
    if (colouring.kind !== 'categories') return expect.unreachable();
    expect(colouring.categories.map(({ key, count }) => [key, count])).toEqual([
      ['label:a', 1],
      ['label:b', 2],
      ['label', 1],
    ]);
    const styles = stylesOf(colouring, new Set(['label:a']), false);
    expect([0, 1, 2, 3].map((i) => isVisible(styles, i))).toEqual([true, false, true, true]);
    const b = categoryStyle(1, false);
    expect([...styles.subarray(0, 4)]).toEqual([...b.colour, b.shape]);
    expect([...styles.subarray(8, 12)]).toEqual([...plainColour(false), 0]);
    expect(styles[7]).toBe(HIDDEN);
  });

  test('of splits, and all alike', () => {
    const splits = categoriesOf({ set: set(), images }, 'split', true);
    expect(splits.kind === 'categories' && [...splits.of]).toEqual([0, 2, 1, 0]);
    const one = categoriesOf({ set: set(), images }, 'none', true);
    expect(one.kind === 'categories' && one.categories).toMatchObject([{ key: 'all', count: 4 }]);
  });
});

const dataWith = (values: Float32Array, names: readonly string[] | null): MapData =>
  ({
    ...{ set: set(), images, fields: [{ name: 'f', names }] },
    along: () => Promise.resolve(values),
    indexOf: (id: string) => images.ids.indexOf(id),
  }) as unknown as MapData;

test('a column of texts is categories, those without one last; one of numbers is a scale', async () => {
  const texts = dataWith(Float32Array.of(1, 0, -1, 1), ['left', 'right']);
  const colouring = await colouringOf(texts, 'field:f', false, []);
  if (colouring.kind !== 'categories') return expect.unreachable();
  expect(colouring.categories.map(({ key, name, count }) => [key, name, count])).toEqual([
    ['field:f:left', 'left', 1],
    ['field:f:right', 'right', 2],
    ['field:f', 'none', 1],
  ]);
  expect(colouring.categories[2]!.colour).toEqual(plainColour(false));
  const numbers = await colouringOf(dataWith(Float32Array.of(1, 2, 3, 4), null), 'field:f', false, []);
  expect(numbers).toMatchObject({ kind: 'scale', low: 1, high: 4 });
});

test('by tag: an image with several has a category of its own, ids of another dataset do not count', () => {
  const tags = [
    { name: 'one', ids: ['1', '2', 'elsewhere'] },
    { name: 'two', ids: ['2', '3'] },
  ];
  const colouring = byTag(dataWith(new Float32Array(4), null), tags, false);
  if (colouring.kind !== 'categories') return expect.unreachable();
  expect(colouring.categories.map(({ key, count }) => [key, count])).toEqual([
    ['tag:one', 1],
    ['tag:two', 1],
    ['tags', 1],
    ['tag', 1],
  ]);
  expect([...colouring.of]).toEqual([0, 2, 1, 3]);
});

test('own colours hold on every ground and leave the others alone', () => {
  const texts = withColour(withColour(['#000000 other'], 'label:a', '#0a0b0c'), 'label:a', '#ff8000');
  expect(texts).toEqual(['#000000 other', '#ff8000 label:a']);
  expect(withColour(texts, 'label:a', null)).toEqual(['#000000 other']);
  const own = customColours([...texts, 'nonsense', '#12345 short']);
  expect([...own]).toEqual([
    ['other', [0, 0, 0]],
    ['label:a', [255, 128, 0]],
  ]);
  const dark = categoriesOf({ set: set(), images }, 'label', false);
  const light = recoloured(dark, true, own);
  if (light.kind !== 'categories') return expect.unreachable();
  expect(light.categories.map(({ colour }) => hexOf(colour))).toEqual([
    '#ff8000',
    hexOf(categoryStyle(1, true).colour),
    hexOf(plainColour(true)),
  ]);
  expect(recoloured(light, false)).toEqual(dark);
});

test('a scale spans all but the outermost values, and what is not finite has the lowest colour', () => {
  const values = Float32Array.from({ length: 1001 }, (_, i) => i);
  values[1000] = 1e9;
  const colouring = byValue(values);
  expect(colouring).toMatchObject({ low: 10, high: 990 });
  const styles = stylesOf(colouring, new Set(), false);
  expect([...styles.subarray(0, 4)]).toEqual([...scaleColour(0, false), 0]);
  expect([...styles.subarray(4000, 4004)]).toEqual([...scaleColour(1, false), 0]);
  expect([...styles.subarray(2000, 2004)]).toEqual([...scaleColour(128 / 255, false), 0]);
  const same = stylesOf(byValue(Float32Array.of(5, 5, NaN)), new Set(), false);
  for (let i = 0; i < 3; i++)
    expect([...same.subarray(4 * i, 4 * i + 3)]).toEqual([...scaleColour(0, false)]);
});

test('axes and colours that a map offers', () => {
  expect(defaultAxes(set())).toEqual(['pc:0', 'pc:1']);
  expect(defaultAxes(set({ dimensions: 2 }))).toEqual(['mean:0', 'mean:1']);
  expect(defaultColour(set())).toBe('label');
  expect(defaultColour(set({ labelNames: null }))).toBe('elbo');
  expect(axisName(set(), 'pc:0')).toBe('PC 1 (50 %)');
  expect(axisName(set(), 'pc:2')).toBe('PC 3 (0.4 %)');
  expect(axisChoices(set()).map(({ value }) => value)).toEqual([
    ...['pc:0', 'pc:1', 'pc:2', 'mean:0', 'mean:1', 'mean:2'],
    ...['elbo', 'reconstruction', 'kl', 'norm'],
  ]);
  const fields = [
    { name: 'a:b', names: null },
    { name: 'camera', names: ['left'] },
  ];
  expect(axisChoices(set(), fields).at(-1)).toMatchObject({ value: 'field:a:b', label: 'a:b' });
  expect(axisName(set(), 'field:a:b')).toBe('a:b');
  expect(known(axisChoices(set()), 'mean:9', 'pc:0')).toBe('pc:0');
  expect(axisName(set(), 'umap:1')).toBe('UMAP 2');
  expect(colourChoices(set({ labelNames: null })).map(({ value }) => value)).not.toContain('label');
  const more = colourChoices(set(), [{ name: 'age', names: null }], true).map(({ value }) => value);
  expect(more).toEqual(expect.arrayContaining(['tag', 'field:age']));
});

test('a model without a likelihood has no bounds to choose, and is coloured by the norm at first', () => {
  const without = set({ hasBounds: false, labelNames: null });
  expect(defaultColour(without)).toBe('norm');
  expect(defaultColour(set({ labelNames: null }))).toBe('elbo');
  for (const choices of [axisChoices(without), colourChoices(without)]) {
    const values = choices.map(({ value }) => value);
    expect(values).toEqual(expect.arrayContaining(['kl', 'norm']));
    expect(values).not.toContain('elbo');
    expect(values).not.toContain('reconstruction');
  }
});

test('UMAP is drawn once there is a layout, and two columns are those that are known', () => {
  const of = (mapLayout: string, change: Partial<MapSet> = {}) =>
    axesFor({ set: set(change), fields: [] }, { mapLayout, mapX: 'mean:2', mapY: 'field:gone' });
  expect(of('')).toMatchObject({ layout: 'own', drawn: ['pc:0', 'pc:1'] });
  expect(of('columns')).toMatchObject({ layout: 'columns', drawn: ['mean:2', 'pc:1'] });
  expect(of('umap')).toMatchObject({ layout: 'umap', drawn: ['pc:0', 'pc:1'] });
  const layout = { ...USUAL_LAYOUT, id: 'a', step: 1, fitted: 4, epochs: 500 };
  expect(of('umap', { layout })).toMatchObject({ drawn: ['umap:0', 'umap:1'] });
});

test('a latent space of two dimensions is shown as it is, never projected', () => {
  const plane = set({ dimensions: 2 });
  expect(layoutChoices(plane)[0]).toEqual({ value: 'own', label: 'z0, z1' });
  for (const mapLayout of ['', 'own', 'pca'])
    expect(axesFor({ set: plane, fields: [] }, { mapLayout, mapX: 'pc:0', mapY: 'pc:1' }).drawn).toEqual([
      ...['mean:0', 'mean:1'],
    ]);
});

test('shapes differ, and small ones are squares', () => {
  const covered = (shape: number, side: number): number => {
    let count = 0;
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        if (inShape(shape, (2 * x + 1) / side - 1, (2 * y + 1) / side - 1, side)) count++;
    return count;
  };
  expect(new Set([0, 1, 2, 3, 4, 5].map((shape) => covered(shape, 40))).size).toBe(6);
  for (let shape = 0; shape < 6; shape++) {
    expect(covered(shape, 6)).toBeGreaterThan(9);
    expect(covered(shape, 3)).toBe(9);
  }
});
