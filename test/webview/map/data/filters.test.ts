import { describe, expect, test } from 'vitest';
import { countClasses, countRange } from '../../../../webview/map/data/facet-counts';
import { Facets } from '../../../../webview/map/data/facets';
import type { Facet } from '../../../../webview/map/data/facets';
import {
  applyFilter,
  filterText,
  readFilters,
  toggled,
  withFilter,
} from '../../../../webview/map/data/filters';
import { sortImages } from '../../../../webview/map/data/image-order';
import type { MapData } from '../../../../webview/map/data/map-data';
import { matching } from '../../../../webview/map/data/search';

const IDS = ['a/1.png', 'b/2.png', 'a/3.png', 'c/4.png'];
const data = {
  set: { count: 4, dimensions: 2, labelNames: ['cat', 'dog'], shares: Float32Array.of(1, 0) },
  images: { ids: IDS, labels: Int32Array.of(1, 0, -1, 1), splits: Uint8Array.of(0, 0, 1, 2) },
  fields: [
    { name: 'age', names: null },
    { name: 'camera', names: ['left', 'right'] },
  ],
  indexOf: (id: string) => IDS.indexOf(id),
  along: (column: string) =>
    column === 'field:gone'
      ? Promise.reject(new Error('the table is gone'))
      : Promise.resolve(
          column === 'field:camera' ? Float64Array.of(0, 1, -1, 0) : Float64Array.of(3, NaN, 5, 1),
        ),
} as unknown as MapData;
const TAGS = [
  { name: 'odd', ids: ['a/1.png', 'a/3.png'] },
  { name: 'first', ids: ['a/1.png', 'elsewhere.png'] },
];
const AGES = Float64Array.of(3, NaN, 5, 1);
const numbers: Facet = { kind: 'numbers', values: AGES };

/** A facet, once it is fetched. */
async function facetOf(column: Parameters<Facets['of']>[0]): Promise<Facet> {
  const facets = new Facets(data);
  facets.of(column, TAGS);
  await Promise.resolve();
  await Promise.resolve();
  return facets.of(column, TAGS)!;
}
async function leftBy(
  column: Parameters<Facets['of']>[0],
  classes: readonly (string | null)[],
): Promise<number[]> {
  const left = new Uint8Array(4).fill(1);
  applyFilter({ column, classes }, await facetOf(column), left);
  return [...left];
}

describe('filters', () => {
  test('of classes, also of those without one and of several tags at once', async () => {
    expect(await leftBy('label', ['dog'])).toEqual([1, 0, 0, 1]);
    expect(await leftBy('label', ['cat', null])).toEqual([0, 1, 1, 0]);
    expect(await leftBy('tag', ['first'])).toEqual([1, 0, 0, 0]);
    expect(await leftBy('tag', ['odd', 'first'])).toEqual([1, 0, 1, 0]);
    expect(await leftBy('tag', [null])).toEqual([0, 1, 0, 1]);
    expect(await leftBy('field:camera', ['left'])).toEqual([1, 0, 0, 1]);
  });

  test('of a range, with both its ends; what has no number is in none', () => {
    const left = Uint8Array.of(1, 1, 1, 0);
    applyFilter({ column: 'field:age', range: [3, 5] }, numbers, left);
    expect([...left]).toEqual([1, 0, 1, 0]);
  });

  test('are kept as texts, one for each column; damaged ones are none', () => {
    const one = withFilter([], 'label', { column: 'label', classes: ['dog', null] });
    const two = withFilter(one, 'elbo', { column: 'elbo', range: [-100, -90.5] });
    expect(readFilters(two)).toEqual([
      { column: 'label', classes: ['dog', null] },
      { column: 'elbo', range: [-100, -90.5] },
    ]);
    expect(readFilters(withFilter(two, 'label', null))).toEqual([{ column: 'elbo', range: [-100, -90.5] }]);
    const damaged = ['', 'null', '[]', '{"column":3}', '{"column":"elbo","range":[1,null]}'];
    expect(readFilters([...damaged, '{"column":"label","classes":[4]}'])).toEqual([]);
  });

  test('a class is added and taken away; all classes or none are no filter', () => {
    const names = ['cat', 'dog', null];
    expect(toggled('label', names, [], 'dog')).toEqual({ column: 'label', classes: ['dog'] });
    expect(toggled('label', names, ['dog'], null)).toEqual({ column: 'label', classes: ['dog', null] });
    expect(toggled('label', names, ['dog'], 'dog')).toBeNull();
    expect(toggled('label', names, ['cat', 'dog'], null)).toBeNull();
  });

  test('in words', () => {
    expect(filterText(data, { column: 'label', classes: ['dog', null] })).toBe('Label: dog, no label');
    expect(filterText(data, { column: 'elbo', range: [-123.456, 2] })).toBe('ELBO: \u2212123.5 to 2');
    expect(filterText(data, { column: 'field:age', classes: ['1', '2', '3', '4'] })).toBe('age: 4 classes');
  });
});

test('classes are counted among what is left, next to the selected', async () => {
  const facet = await facetOf('label');
  if (facet.kind !== 'classes') return expect.unreachable();
  expect(countClasses(facet, null, null).map(({ name, count }) => [name, count])).toEqual([
    ['cat', 1],
    ['dog', 2],
    [null, 1],
  ]);
  expect(countClasses(facet, Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 0, 1, 1))).toEqual([
    { name: 'cat', count: 1, selected: 0 },
    { name: 'dog', count: 1, selected: 1 },
    { name: null, count: 0, selected: 0 },
  ]);
});

test('a histogram goes from the least to the largest of all images, whatever is left', () => {
  const counts = countRange(AGES, Uint8Array.of(1, 1, 1, 0), Uint8Array.of(0, 0, 1, 1))!;
  expect(counts).toMatchObject({ low: 1, high: 5, missing: 1 });
  expect(counts.counts.reduce((sum, one) => sum + one, 0)).toBe(2);
  expect(counts.counts[20]).toBe(1);
  expect(counts.counts[39]).toBe(1);
  expect(counts.selected[39]).toBe(1);
  expect(counts.selected.reduce((sum, one) => sum + one, 0)).toBe(1);
  expect(countRange(Float32Array.of(NaN), null, null)).toBeNull();
  expect(countRange(Float32Array.of(7, 7), null, null)).toMatchObject({ low: 7, high: 7 });
});

test('images are sorted by numbers or names, those without a value last either way', async () => {
  const all = Uint32Array.of(0, 1, 2, 3);
  expect([...sortImages(all, numbers, false)]).toEqual([3, 0, 2, 1]);
  expect([...sortImages(all, numbers, true)]).toEqual([2, 0, 3, 1]);
  expect([...sortImages(all, await facetOf('label'), false)]).toEqual([1, 0, 3, 2]);
  expect([...sortImages(all, await facetOf('label'), true)]).toEqual([0, 3, 1, 2]);
  expect([...sortImages(Uint32Array.of(1, 3), null, true)]).toEqual([3, 1]);
  expect([...all]).toEqual([0, 1, 2, 3]);
});

test('a search finds names, labels, tags, texts and numbers of columns', async () => {
  const columns = [await facetOf('field:camera'), numbers];
  const found = (text: string): number[] => [...(matching(data, text, TAGS, columns) ?? [9])];
  expect(found('  ')).toEqual([9]);
  expect(found('A/')).toEqual([1, 0, 1, 0]);
  expect(found('cat')).toEqual([0, 1, 0, 0]);
  expect(found('odd')).toEqual([1, 0, 1, 0]);
  expect(found('RIGHT')).toEqual([0, 1, 0, 0]);
  expect(found('5')).toEqual([0, 0, 1, 0]);
});

test('a column that cannot be read says why, and is asked for again', async () => {
  const facets = new Facets({ ...data, fields: [{ name: 'gone', names: null }] } as unknown as MapData);
  expect(facets.of('field:gone', [])).toBeNull();
  await expect.poll(() => facets.trouble).toBe('the table is gone');
  expect(facets.of('field:other', [])).toBeNull();
});
