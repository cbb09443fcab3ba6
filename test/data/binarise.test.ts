import { expect, test } from 'vitest';
import { binarised, drawBinary, redrawOf } from '../../src/data/binarise';
import type { Dataset } from '../../src/data/dataset';

const grey = Uint8Array.from({ length: 256 }, (_, i) => i);
const dataset = { count: 2, pixels: Uint8Array.from([...grey, ...grey]), fingerprint: 'f' } as Dataset;

test('none: the dataset itself', () => {
  expect(binarised(dataset, 'none', 0)).toBe(dataset);
  expect(redrawOf(dataset, 'fixed', 0)).toBeNull();
});

test('threshold: white from one half on; the original and its identity stay', () => {
  const { pixels, fingerprint } = binarised(dataset, 'threshold', 0);
  expect(Array.from(pixels.subarray(126, 130))).toEqual([0, 0, 255, 255]);
  expect(fingerprint).toBe('f');
  expect(dataset.pixels[130]).toBe(130);
});

test('drawn: white as often as the pixel is bright, black and white for certain', () => {
  const draws = 4000;
  const sums = new Float64Array(256);
  for (let draw = 0; draw < draws; draw++) {
    drawBinary(grey, 1, 7, draw).forEach((byte, i) => {
      expect(byte === 0 || byte === 255).toBe(true);
      sums[i]! += byte / 255;
    });
  }
  expect([sums[0], sums[255]]).toEqual([0, draws]);
  sums.forEach((sum, i) => {
    const p = i / 255;
    const error = Math.sqrt((p * (1 - p)) / draws);
    expect(Math.abs(sum / draws - p)).toBeLessThanOrEqual(5 * error);
  });
});

test('an image’s draw depends on its number, the draw and the seed, and on no other image', () => {
  const both = drawBinary(dataset.pixels, 2, 3, 0);
  expect(both.subarray(0, 256)).toEqual(drawBinary(grey, 1, 3, 0));
  expect(both.subarray(256)).not.toEqual(both.subarray(0, 256));
  expect(drawBinary(grey, 1, 4, 0)).not.toEqual(drawBinary(grey, 1, 3, 0));
});

test('dynamic: each epoch another draw, none of them the one that stays', () => {
  const redraw = redrawOf(dataset, 'dynamic', 3)!;
  const drawn = [binarised(dataset, 'dynamic', 3).pixels, redraw(0), redraw(1)].map((pixels) =>
    pixels.join(),
  );
  expect(new Set(drawn).size).toBe(3);
  expect(redraw(1)).toEqual(redraw(1));
});
