import { expect, test } from 'vitest';
import { enlarge, intoRows, slicePictures, tileRows } from '../../src/images/tiles';
import type { Pictures } from '../../src/domain/pictures';

/** Images of 2 x 1, image i filled with i + 1. */
function grey(count: number): Pictures {
  const bytes = Uint8Array.from({ length: count * 2 }, (_, i) => Math.floor(i / 2) + 1);
  return { width: 2, height: 1, channels: 1, count, bytes };
}

test('rows of images with a white gap between and around them; a short row ends in white', () => {
  const { width, height, bytes } = tileRows(intoRows(grey(3), 2), 1);
  expect([width, height]).toEqual([7, 5]);
  const lines = Array.from({ length: height }, (_, y) => [...bytes.subarray(y * width, (y + 1) * width)]);
  const white = [255, 255, 255, 255, 255, 255, 255];
  expect(lines).toEqual([white, [255, 1, 1, 255, 2, 2, 255], white, [255, 3, 3, 255, 255, 255, 255], white]);
});

test('colour keeps its channels together', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const picture = tileRows([{ width: 1, height: 1, channels: 3, count: 2, bytes }], 0);
  expect([...picture.bytes]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('enlarge repeats pixels in both directions', () => {
  const picture = enlarge({ width: 2, height: 1, channels: 1, bytes: Uint8Array.of(7, 9) }, 2);
  expect(picture).toEqual({ width: 4, height: 2, channels: 1, bytes: Uint8Array.of(7, 7, 9, 9, 7, 7, 9, 9) });
});

test('a slice ends where the images end', () => {
  expect(slicePictures(grey(3), 2, 10)).toMatchObject({ count: 1, bytes: Uint8Array.of(3, 3) });
});
