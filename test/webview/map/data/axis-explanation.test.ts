import { expect, test } from 'vitest';
import type { MapColumn, MapSet } from '../../../../src/protocol/map';
import { fixedText, isDecodable } from '../../../../webview/map/data/axis-explanation';
import type { MapAxis } from '../../../../webview/map/data/map-axis';

test.each<[x: MapAxis, y: MapAxis, decodable: boolean]>([
  ['mean:0', 'mean:12', true],
  ['mean:3', 'pc:0', true],
  ['umap:0', 'umap:1', true],
  ['umap:0', 'pc:0', false],
  ['pc:0', 'elbo', false],
  ['norm', 'mean:1', false],
  ['field:mean:0', 'mean:1', false],
  ['field:umap:0', 'umap:1', false],
])('a position on %s and %s can be decoded: %s', (x, y, decodable) => {
  expect(isDecodable([x, y])).toBe(decodable);
});

test.each<[dimensions: number, x: MapColumn, y: MapColumn, text: string]>([
  [20, 'pc:0', 'pc:1', 'PC 1 across, PC 2 up; the other 18 components at the mean of all images'],
  [3, 'pc:2', 'pc:0', 'PC 3 across, PC 1 up; the other component at the mean of all images'],
  [5, 'mean:0', 'mean:4', 'z0 across, z4 up; the other 3 dimensions at the mean of all images'],
  [3, 'mean:2', 'mean:1', 'z2 across, z1 up; the other dimension at the mean of all images'],
  [2, 'mean:0', 'mean:1', 'z0 across, z1 up'],
  [2, 'mean:1', 'pc:0', 'z1 across, PC 1 up'],
  [3, 'mean:1', 'pc:0', 'z1 across, PC 1 up; of all such points the nearest to the mean of all images'],
])('with %i dimensions, the point on %s and %s', (dimensions, x, y, text) => {
  expect(fixedText({ dimensions } as MapSet, x, y)).toBe(text);
});

test.each<[dimensions: number, x: MapColumn, y: MapColumn, text: string]>([
  [
    20,
    'mean:7',
    'mean:7',
    'z7 across; both axes are the same; the other 19 dimensions at the mean of all images',
  ],
  [2, 'pc:1', 'pc:1', 'PC 2 across; both axes are the same; the other component at the mean of all images'],
  // The only dimension and the only component are the same line.
  [1, 'mean:0', 'pc:0', 'z0 across; both axes are the same'],
])('with %i dimensions, %s and %s are one axis', (dimensions, x, y, text) => {
  expect(fixedText({ dimensions } as MapSet, x, y)).toBe(text);
});

test('a position of a UMAP layout is that of the nearest image', () => {
  expect(fixedText({ dimensions: 20 } as MapSet, 'umap:0', 'umap:1')).toBe(
    'UMAP cannot be inverted: a position shows the posterior mean of the image nearest on the map',
  );
});
