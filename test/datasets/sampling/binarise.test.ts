import { expect, test } from 'vitest';
import { binarised, binariseForTraining, drawBinary } from '../../../src/datasets/sampling/binarise';
import type { Binarisation } from '../../../src/datasets/sampling/binarise';
import type { Dataset } from '../../../src/datasets/dataset';
import { mappedRows, residentRows } from '../../../src/datasets/rows/image-rows';

const grey = Uint8Array.from({ length: 256 }, (_, i) => i);
const images = residentRows(Uint8Array.from([...grey, ...grey]), 256);
const dataset = { count: 2, images, fingerprint: 'f' } as Partial<Dataset> as Dataset;

test('none: the dataset itself', () => {
  expect(binarised(dataset, 'none', 0)).toBe(dataset);
});

test('threshold: white from one half on; the original and its identity stay', () => {
  const { images: drawn, fingerprint } = binarised(dataset, 'threshold', 0);
  expect(Array.from(drawn.range(0, 1).subarray(126, 130))).toEqual([0, 0, 255, 255]);
  expect(fingerprint).toBe('f');
  expect(images.range(0, 1)[130]).toBe(130);
});

test('drawn: white as often as the pixel is bright, black and white for certain', () => {
  const draws = 4000;
  const sums = new Float64Array(256);
  const seen = new Set<number>();
  for (let draw = 0; draw < draws; draw++) {
    const bytes = drawBinary(grey, [0], 7, draw);
    bytes.forEach((byte, i) => {
      seen.add(byte);
      sums[i]! += byte / 255;
    });
  }
  expect(seen).toEqual(new Set([0, 255]));
  expect([sums[0], sums[255]]).toEqual([0, draws]);
  // In standard errors of the share.
  const off = sums.map((sum, i) => {
    const p = i / 255;
    const error = Math.sqrt((p * (1 - p)) / draws);
    return error === 0 ? 0 : Math.abs(sum / draws - p) / error;
  });
  expect(Math.max(...off)).toBeLessThanOrEqual(5);
});

test('an image’s draw depends on its number, the draw and the seed, and on no other image', () => {
  const both = drawBinary(images.range(0, 2), [0, 1], 3, 0);
  expect(both.subarray(0, 256)).toEqual(drawBinary(grey, [0], 3, 0));
  expect(both.subarray(256)).not.toEqual(both.subarray(0, 256));
  expect(drawBinary(grey, [0], 4, 0)).not.toEqual(drawBinary(grey, [0], 3, 0));
});

test.each(['threshold', 'fixed', 'dynamic'] as const)(
  '%s: images that are not in memory are drawn when they are asked for, and the same',
  (how) => {
    const elsewhere = { ...dataset, images: mappedRows(images, (bytes) => bytes) };
    const [here, there] = [dataset, elsewhere].map((one) => binarised(one, how, 5).images);
    expect([here!.resident === null, there!.resident === null]).toEqual([false, true]);
    expect(there!.gather([1, 0])).toEqual(here!.gather([1, 0]));
    expect(there!.range(1, 1)).toEqual(here!.range(1, 1));
  },
);

test('fixed: an image of a dataset that has lost others is drawn as before', () => {
  const all = binarised(dataset, 'fixed', 3).images.range(1, 1);
  const left = { ...dataset, count: 1, images: residentRows(grey, 256), numbers: Uint32Array.of(1) };
  expect(binarised(left, 'fixed', 3).images.range(0, 1)).toEqual(all);
  const elsewhere = { ...left, images: mappedRows(left.images, (bytes) => bytes) };
  expect(binarised(elsewhere, 'fixed', 3).images.gather([0])).toEqual(all);
  expect(binarised({ ...left, numbers: Uint32Array.of(0) }, 'fixed', 3).images.range(0, 1)).not.toEqual(all);
});

test('dynamic: in training each epoch another draw, none of them the one that stays; else the same in all', () => {
  const pixels = images.range(0, 2);
  const lasting = binarised(dataset, 'dynamic', 3).images.range(0, 2);
  const inTraining = (how: Binarisation, epoch: number) =>
    binariseForTraining(pixels, [0, 1], how, 3, epoch).join();
  const drawn = [lasting.join(), inTraining('dynamic', 0), inTraining('dynamic', 1)];
  expect(new Set(drawn).size).toBe(3);
  expect(inTraining('dynamic', 1)).toEqual(drawn[2]);
  for (const how of ['none', 'threshold', 'fixed'] as const) {
    const seen = binarised(dataset, how, 3).images.range(0, 2).join();
    expect([inTraining(how, 0), inTraining(how, 7)]).toEqual([seen, seen]);
  }
});
