import { expect, test } from 'vitest';
import { axesText, placedOn, placesOn, scalesOf } from '../../../../webview/map/data/axes';
import type { Axes } from '../../../../webview/map/data/axes';
import { categoriesOf, isVisible } from '../../../../webview/map/style/colouring';
import { isDecodable } from '../../../../webview/map/data/axis-explanation';
import type { MapData, MapValues } from '../../../../webview/map/data/map-data';
import { numbersOn } from '../../../../webview/map/canvas/overlay';
import { pointStyles } from '../../../../webview/map/style/point-styles';
import type { MapAxis } from '../../../../webview/map/data/map-axis';

const axes = (x: MapAxis, y: MapAxis, ...values: readonly [MapValues, MapValues]): Axes => ({ x, y, values });
const data = {
  set: { count: 3, dimensions: 2, shares: Float32Array.of(0.75, 0.25), labelNames: null },
} as unknown as MapData;

const placesOf = (own: Axes): Float32Array[] =>
  scalesOf(own).map((scale, i) => placesOn(own.values[i]!, scale));

test('coordinates keep their one unit; beside anything else each axis goes from 0 to 1', () => {
  const x = Float32Array.of(-3, 0, 3);
  expect(placesOf(axes('pc:0', 'pc:1', x, Float32Array.of(1, 2, 4)))).toEqual([
    Float32Array.of(-3, 0, 3),
    Float32Array.of(1, 2, 4),
  ]);
  // Seconds of a clock: a difference that single precision does not have.
  const seconds = Float64Array.of(1_700_000_000, 1_700_000_001, 1_700_000_004);
  expect(placesOf(axes('pc:0', 'field:time', x, seconds))).toEqual([
    Float32Array.of(0, 0.5, 1),
    Float32Array.of(0, 0.25, 1),
  ]);
});

test('what is the same for all lies in one place; what has no number has none', () => {
  const own = axes('elbo', 'field:age', Float32Array.of(-90, -90, -90), Float64Array.of(10, NaN, 20));
  expect(placesOf(own)).toEqual([Float32Array.of(0, 0, 0), Float32Array.of(0, NaN, 1)]);
  expect(placedOn(own)).toEqual(Uint8Array.of(1, 0, 1));
  expect(placedOn(axes('elbo', 'kl', Float32Array.of(1, 2), Float32Array.of(3, 4)))).toBeNull();
  const none = axes('elbo', 'kl', Float32Array.of(NaN), Float32Array.of(NaN));
  expect(scalesOf(none)).toEqual([
    { origin: 0, unit: 1 },
    { origin: 0, unit: 1 },
  ]);
});

test('numbers at the edges are round ones of the axis, at their places', () => {
  const ages = numbersOn({ origin: 18, unit: 60 }, -0.1, 1.1, 0.3);
  expect(ages.map(({ text }) => text)).toEqual(['20', '40', '60', '80']);
  expect(ages[1]!.place).toBeCloseTo(22 / 60, 12);
  const plain = numbersOn({ origin: 0, unit: 1 }, -0.6, 0.6, 0.4);
  expect(plain).toEqual([
    { place: -0.5, text: '\u22120.5' },
    { place: 0, text: '0.0' },
    { place: 0.5, text: '0.5' },
  ]);
  expect(numbersOn({ origin: 0, unit: 1e-9 }, 0.9, 2.1, 1).map(({ text }) => text)).toEqual(['1e-9', '2e-9']);
});

test('the axes in words: names, units, who is missing, what cannot be decoded', () => {
  const linear = axes('pc:0', 'pc:1', Float32Array.of(-3, 0, 3), Float32Array.of(1, 2, 4));
  expect(axesText(data, linear, null)).toBe('Across: PC 1 (75 %). Up: PC 2 (25 %).');
  const own = axes('elbo', 'field:age', Float32Array.of(-90, -3, 3), Float64Array.of(10, NaN, 20));
  expect(axesText(data, own, placedOn(own))).toBe(
    'Across: ELBO (nats). Up: age. 1 of 3 images have no value there and are not drawn. ' +
      'Each axis has its own scale, and a position between the points cannot be decoded.',
  );
});

test('only coordinates lead back to latent space', () => {
  const leads = (['pc:0', 'mean:3', 'elbo', 'norm', 'field:mean:1', 'umap:0'] as const).map((x) =>
    isDecodable([x, 'mean:0']),
  );
  expect(leads).toEqual([true, true, false, false, false, false]);
  expect(isDecodable(['umap:0', 'umap:1'])).toBe(true);
});

test('who has no place is hidden, whatever else is chosen; so is who is not among the only ones shown', () => {
  const images = { ids: ['a', 'b', 'c'], labels: null, splits: new Uint8Array(3) };
  const own = { set: data.set, images } as unknown as MapData;
  const colouring = categoriesOf(own, 'none', false);
  const visible = (placed: Uint8Array | null, isolated: Uint8Array | null): boolean[] => {
    const choices = { hiddenKeys: [], colours: [], left: null, selected: null, isolated };
    const { styles } = pointStyles({ colouring, placed }, choices, false);
    return images.ids.map((_, i) => isVisible(styles, i));
  };
  expect(visible(null, null)).toEqual([true, true, true]);
  expect(visible(Uint8Array.of(1, 0, 1), null)).toEqual([true, false, true]);
  expect(visible(Uint8Array.of(1, 0, 1), Uint8Array.of(0, 1, 1))).toEqual([false, false, true]);
});

test('selection and filters fade the others and hide none', () => {
  const images = { ids: ['a', 'b', 'c'], labels: null, splits: new Uint8Array(3) };
  const own = { set: data.set, images } as unknown as MapData;
  const colouring = categoriesOf(own, 'none', false);
  const colours = (left: Uint8Array | null, selected: Uint8Array | null): number[] => {
    const choices = { hiddenKeys: [], colours: [], isolated: null, left, selected };
    const { styles } = pointStyles({ colouring, placed: null }, choices, false);
    expect(images.ids.every((_, i) => isVisible(styles, i))).toBe(true);
    return images.ids.map((_, i) => styles[4 * i + 2]!);
  };
  const [full] = colours(null, null);
  const [unselected, selected] = colours(null, Uint8Array.of(0, 1, 1));
  const [, filtered] = colours(Uint8Array.of(1, 0, 1), null);
  expect(selected).toBe(full);
  expect(unselected).toBeLessThan(full!);
  expect(filtered).toBeLessThan(unselected!);
});
