import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentWarnings } from '../../src/datasets/content-warnings';
import { loadDataset } from '../../src/datasets/load';
import { residentRows } from '../../src/datasets/rows/image-rows';
import { npy } from './array-fixtures';
import { greyPng, picture, temporaryFolder, writeFiles } from './fixtures';

const SIDE = 4;

/** Warnings of images of 4x4 pixels, by a function of image and pixel. */
function warningsOf(count: number, value: (image: number, pixel: number) => number): string[] {
  const size = SIDE * SIDE;
  const bytes = Uint8Array.from({ length: count * size }, (_, i) => value(Math.floor(i / size), i % size));
  const notes = contentWarnings({ count, images: residentRows(bytes, size), id: (index) => `${index}.png` });
  expect(notes.every(({ level }) => level === 'warning')).toBe(true);
  return notes.map(({ text }) => text);
}

/** The low byte of a multiplicative hash of both. */
const noise = (image: number, pixel: number) => (Math.imul(image * 16 + pixel, 0x9e3779b1) >>> 20) & 255;

describe('a warning', () => {
  it('is not given of images that differ', () => {
    expect(warningsOf(5000, noise)).toEqual([]);
    expect(warningsOf(10, noise)).toEqual([]);
    // Some blank ones, and some that repeat.
    expect(warningsOf(10, (image, pixel) => (image < 3 ? 0 : noise(Math.max(image, 5), pixel)))).toEqual([]);
  });

  it.each<[string, number, (image: number, pixel: number) => number, RegExp]>([
    ['that are black', 12, () => 0, /^all 12 images are black; .*data\.range=LOW,HIGH/],
    ['that are white', 12, () => 255, /^all 12 images are white/],
    ['of one grey', 12, () => 77, /^all 12 images have values from 77 to 77, .* nearly nothing can be seen/],
    [
      'of few greys',
      5000,
      (image, pixel) => noise(image, pixel) % 12,
      /^all of 1000 images looked at, of 5000, have values from 0 to 11/,
    ],
    [
      'that are each constant',
      12,
      (image) => (image % 3) * 127,
      /^12 of 12 images show a single brightness \(4 black, 4 white\): 0\.png, 1\.png, 2\.png and 9 more$/,
    ],
    [
      'that are mostly white',
      10,
      (image, pixel) => (image < 6 ? 252 + (pixel % 3) : noise(image, pixel)),
      /^6 of 10 images show .*\(0 black, 6 white\)/,
    ],
    [
      'of one picture',
      9,
      (image, pixel) => noise(image < 2 ? image : 5, pixel),
      /^7 of 9 images are the same picture: 2\.png, 3\.png, 4\.png and 4 more$/,
    ],
    [
      'of few pictures',
      3000,
      (image, pixel) => noise(image % 10, pixel),
      /^among 1000 images looked at are only 10 different pictures/,
    ],
  ])('is given of images %s', (_, count, value, message) => {
    const [text, ...more] = warningsOf(count, value);
    expect(text).toMatch(message);
    expect(more).toEqual([]);
  });

  it('is a note of datasets of files and arrays, the same from a file', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'images/a.png': greyPng(8, 9),
      'images/b.png': greyPng(8, 90),
      'images/c.png': picture({ width: 8, height: 8, channels: 1 }, (x, y) => 30 * x + y),
      'a.npy': npy(new Uint8Array(32).fill(9), { descr: '|u1', shape: [2, 4, 4] }),
    });
    const files = await loadDataset({ kind: 'folder', uri: pathToFileURL(join(folder, 'images')).href });
    expect(files.notes).toEqual([
      {
        subject: 'values',
        level: 'warning',
        text: '2 of 3 images show a single brightness (0 black, 0 white): a.png, b.png',
      },
    ]);
    const uri = pathToFileURL(join(folder, 'a.npy')).href;
    const array = await loadDataset({ kind: 'npy', uri });
    expect(array.notes[0]!.text).toMatch(/^all 2 images have values from 9 to 9/);
    expect((await loadDataset({ kind: 'npy', uri }, { residentLimit: 0 })).notes).toEqual(array.notes);
  });
});
