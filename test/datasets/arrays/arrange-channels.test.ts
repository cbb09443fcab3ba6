/** One picture in an array, and arrays with opacity. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../../src/datasets/load';
import type { LoadOptions } from '../../../src/datasets/load';
import type { ReadingChoice } from '../../../src/domain/reading';
import { bytesOf, npy, ramp } from '../array-fixtures';
import { temporaryFolder, writeFiles } from '../fixtures';
import { zipOf } from '../zip-fixture';

async function load(bytes: Uint8Array, reading: ReadingChoice = {}, options: LoadOptions = {}) {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.npy': bytes, 'a.npz': zipOf([['x.npy', bytes]]) });
  const at = (name: string) => pathToFileURL(join(folder, name)).href;
  const array = await loadDataset({ kind: 'npy', uri: at('a.npy'), ...reading }, options);
  const packed = await loadDataset({ kind: 'zip', uri: at('a.npz'), ...reading }, options);
  expect(packed.images.gather([0])).toEqual(array.images.gather([0]));
  expect(packed.notes).toHaveLength(array.notes.length);
  return array;
}

describe('one picture', () => {
  it.each([
    [[9, 7, 3], 3],
    [[9, 7, 1], 1],
    [[4, 9, 3], 3],
  ] as const)('is an array %j', async (shape, channels) => {
    const [height, width] = shape;
    const data = ramp(shape[0] * shape[1] * shape[2]);
    const dataset = await load(npy(data, { descr: '|u1', shape }));
    expect(dataset).toMatchObject({ count: 1, shape: { width, height, channels } });
    expect(dataset.images.gather([0])).toEqual(data);
    expect(dataset.notes).toEqual([
      {
        ...{ subject: 'channels', level: 'info' },
        text: `a.npy: an array ${shape.join(' × ')} is one picture; several are [N, H, W] or [N, H, W, channels]`,
      },
    ]);
  });

  it('is read in the order of Fortran, and as floating-point numbers', async () => {
    // Value 16 y + 4 x + c at row y, column x, channel c.
    const at = (y: number, x: number, c: number) => 16 * y + 4 * x + c;
    const [height, width, channels] = [5, 4, 3];
    const fortran = new Float32Array(height * width * channels);
    for (let c = 0, k = 0; c < channels; c++)
      for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) fortran[k++] = at(y, x, c) / 255;
    const bytes = npy(bytesOf(fortran), { descr: '<f4', shape: [height, width, channels], fortran: true });
    const expected = Array.from({ length: fortran.length }, (_, i) =>
      at(Math.floor(i / 12), Math.floor(i / 3) % 4, i % 3),
    );
    expect([...(await load(bytes)).images.gather([0])]).toEqual(expected);
  });

  it('is none if the images are large enough', async () => {
    expect(await load(npy(ramp(6 * 4 * 4), { descr: '|u1', shape: [6, 4, 4] }))).toMatchObject({ count: 6 });
    expect(await load(npy(ramp(6 * 8 * 4), { descr: '|u1', shape: [6, 8, 4] }))).toMatchObject({ count: 6 });
    expect(await load(npy(ramp(6 * 5 * 8), { descr: '|u1', shape: [6, 5, 8] }))).toMatchObject({ count: 6 });
  });

  it('is as many as it has rows by the rules 1', async () => {
    const dataset = await load(
      npy(ramp(9 * 7 * 3), { descr: '|u1', shape: [9, 7, 3] }),
      { rules: 1 },
      { width: 8 },
    );
    expect(dataset.count).toBe(9);
  });
});

describe('opacity', () => {
  /** Red, green, blue and opacity of a pixel. */
  const pixel = (n: number, y: number, x: number) => [50 * n, 20 * y, 30 * x, [0, 51, 255][(x + y) % 3]!];
  const [count, height, width] = [2, 5, 6];
  const over = (background: readonly number[]) =>
    Array.from({ length: height * width * 3 }, (_, i) => {
      const [y, x] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
      const colours = pixel(1, y, x);
      const alpha = colours[3]! / 255;
      return Math.floor(colours[i % 3]! * alpha + background[i % 3]! * (1 - alpha) + 0.5);
    });

  /** An array of the pixels whose dimensions are these, as letters of image, row, column and channel. */
  function array(order: 'nyxc' | 'ncyx', fortran: boolean): Uint8Array {
    const sizes = { n: count, y: height, x: width, c: 4 };
    const shape = [...order].map((letter) => sizes[letter as keyof typeof sizes]);
    const data = new Uint8Array(count * height * width * 4);
    for (let i = 0; i < data.length; i++) {
      let rest = i;
      const at: Record<string, number> = {};
      for (const letter of fortran ? [...order] : [...order].reverse()) {
        const size = sizes[letter as keyof typeof sizes];
        at[letter] = rest % size;
        rest = Math.floor(rest / size);
      }
      data[i] = pixel(at['n']!, at['y']!, at['x']!)[at['c']!]!;
    }
    return npy(data, { descr: '|u1', shape, fortran });
  }

  it.each([
    ['nyxc', false],
    ['nyxc', true],
    ['ncyx', false],
    ['ncyx', true],
  ] as const)('lies over the background: %s, Fortran %s', async (order, fortran) => {
    const dataset = await load(array(order, fortran));
    expect(dataset).toMatchObject({ count, shape: { width, height, channels: 3 } });
    expect([...dataset.images.gather([1])]).toEqual(over([255, 255, 255]));
    expect(dataset.notes).toMatchObject([
      { subject: 'channels', text: 'a.npy: the fourth channel is opacity, over the background' },
    ]);
    const coloured = await load(array(order, fortran), { background: '#102030' });
    expect([...coloured.images.gather([1])]).toEqual(over([0x10, 0x20, 0x30]));
  });

  it('is that of one picture, too', async () => {
    const dataset = await load(npy(new Uint8Array(7 * 9 * 4), { descr: '|u1', shape: [7, 9, 4] }));
    expect(dataset).toMatchObject({ count: 1, shape: { width: 9, height: 7, channels: 3 } });
    expect(new Set(dataset.images.gather([0]))).toEqual(new Set([255]));
    expect(dataset.notes.filter(({ subject }) => subject === 'channels')).toHaveLength(2);
  });
});

it.each([[[9, 7, 2]], [[3, 9, 7, 2]], [[3, 2, 9, 7]]])('two channels are refused: %j', async (shape) => {
  const bytes = npy(new Uint8Array(shape.reduce((a, b) => a * b)), { descr: '|u1', shape });
  await expect(load(bytes)).rejects.toThrow(
    `a.npy: an array ${shape.join(' × ')}, which has 2 channels, expected 1 (grey), 3 (RGB) or 4 (RGB and opacity)`,
  );
});
