/** How images of various sizes are brought to one, and what is said about it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../../src/datasets/load';
import type { LoadOptions } from '../../../src/datasets/load';
import type { ReadingChoice } from '../../../src/domain/reading';
import { npy } from '../array-fixtures';
import { picture, pixelsOf, temporaryFolder, writeFiles } from '../fixtures';
import { zipOf } from '../zip-fixture';
import type { Dataset } from '../../../src/datasets/dataset';

type Sizes = Readonly<Record<string, readonly [width: number, height: number]>>;

const filesOf = (sizes: Sizes): Record<string, Uint8Array> =>
  Object.fromEntries(
    Object.entries(sizes).map(([name, [width, height]]) => [
      name,
      picture({ width, height, channels: 1 }, (x, y) => (40 * x + 7 * y) & 255),
    ]),
  );

async function load(sizes: Sizes, reading: ReadingChoice = {}, options: LoadOptions = {}) {
  const folder = await temporaryFolder();
  await writeFiles(folder, filesOf(sizes));
  return loadDataset({ kind: 'folder', uri: pathToFileURL(folder).href, ...reading }, options);
}

const many = (count: number, width: number, height: number): Sizes =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}.png`, [width, height] as const]));

describe('a few odd sizes', () => {
  it('do not decide among many alike, and are named', async () => {
    const dataset = await load({
      ...many(27, 28, 20),
      'z1.png': [30, 20],
      'z2.png': [90, 90],
      'z3.png': [2, 2],
    });
    expect(dataset.shape).toEqual({ width: 28, height: 20, channels: 1 });
    expect(dataset.notes).toContainEqual({
      ...{ subject: 'sizes', level: 'info' },
      text:
        '3 of 30 images are not of 28 × 20 pixels like the others, and brought to that size: ' +
        'z1.png (30 × 20), z2.png (90 × 90), z3.png (2 × 2)',
    });
  });

  it('are no few from a tenth on', async () => {
    expect((await load({ ...many(9, 28, 28), 'z.png': [30, 20] })).shape.width).toBe(28);
    expect((await load({ ...many(8, 28, 28), 'z.png': [30, 20] })).shape.width).toBe(32);
    const squares = { sides: [32, 64, 128], usual: 64 };
    expect((await load({ ...many(19, 100, 100), 'z.png': [30, 20] }, {}, { squares })).shape.width).toBe(128);
  });

  it('cannot make a size common that is too large', async () => {
    expect((await load({ ...many(19, 100, 100), 'z.png': [30, 20] })).shape.width).toBe(32);
  });
});

const onSizes = ({ notes }: Dataset) => notes.filter(({ subject }) => subject === 'sizes');

describe('the share that is cropped', () => {
  it('is a warning with advice above a tenth, else said', async () => {
    const wide = await load({ 'a.png': [90, 30], 'b.png': [60, 30], 'c.png': [30, 30] }, {}, { width: 30 });
    expect(wide.notes).toEqual([
      {
        ...{ subject: 'sizes', level: 'warning' },
        text:
          'cropping to the shape of 30 × 30 pixels loses 39 % of the images on average, at most 67 % (a.png); ' +
          'data.fit=pad keeps all of each image, with borders',
      },
    ]);
    const slight = await load({ 'a.png': [32, 30], 'b.png': [30, 30] }, {}, { width: 30 });
    expect(slight.notes).toEqual([
      {
        ...{ subject: 'sizes', level: 'info' },
        text: 'cropping to the shape of 30 × 30 pixels loses 3.1 % of the images on average, at most 6.3 % (a.png)',
      },
    ]);
    expect(onSizes(await load(many(3, 30, 30), {}, { width: 60 }))).toEqual([]);
  });

  it.each(['pad', 'stretch'] as const)('is nothing with %s', async (fit) => {
    expect(onSizes(await load({ 'a.png': [90, 30] }, { fit }, { width: 30 }))).toEqual([]);
  });

  it('is said of arrays, too', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'a.npy': npy(new Uint8Array(2 * 8 * 16), { descr: '|u1', shape: [2, 8, 16] }),
    });
    const source = { kind: 'npy', uri: pathToFileURL(join(folder, 'a.npy')).href } as const;
    expect(onSizes(await loadDataset(source, { width: 8 }))).toMatchObject([
      {
        subject: 'sizes',
        level: 'warning',
        text: expect.stringMatching(/loses 50 % .* at most 50 % \(a.npy#0\)/) as string,
      },
    ]);
    expect(onSizes(await loadDataset({ ...source, fit: 'pad' }, { width: 8 }))).toEqual([]);
  });
});

describe('fit', () => {
  const wide = pixelsOf({ width: 8, height: 4, channels: 1 }, (x) => 10 * x);
  const expected = {
    crop: [20, 30, 40, 50],
    pad: [5, 25, 45, 65],
    stretch: [5, 25, 45, 65],
  } as const;

  it.each(['crop', 'pad', 'stretch'] as const)(
    '%s is the same for files, archives and arrays',
    async (fit) => {
      const folder = await temporaryFolder();
      const image = picture({ width: 8, height: 4, channels: 1 }, (x) => 10 * x);
      await writeFiles(folder, {
        'files/a.png': image,
        'a.zip': zipOf([['a.png', image]]),
        'a.npy': npy(wide, { descr: '|u1', shape: [1, 4, 8] }),
      });
      const uri = (name: string): string => pathToFileURL(join(folder, name)).href;
      const options = { width: 4, height: 4, channels: 1 } as const;
      const reading = { fit, background: 'black' } as const;
      const all = await Promise.all([
        loadDataset({ kind: 'folder', uri: uri('files'), ...reading }, options),
        loadDataset({ kind: 'zip', uri: uri('a.zip'), ...reading }, options),
        loadDataset({ kind: 'npy', uri: uri('a.npy'), ...reading }, options),
      ]);
      for (const { images } of all) {
        expect([...images.gather([0]).subarray(4, 8)]).toEqual([...expected[fit]]);
        expect([...images.gather([0]).subarray(0, 4)]).toEqual(
          fit === 'pad' ? [0, 0, 0, 0] : [...expected[fit]],
        );
      }
    },
  );

  it('has borders of the background of pictures, and black ones of arrays', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'a.npy': npy(new Uint8Array(32).fill(9), { descr: '|u1', shape: [1, 4, 8] }),
    });
    const array = await loadDataset(
      { kind: 'npy', uri: pathToFileURL(join(folder, 'a.npy')).href, fit: 'pad' },
      { width: 4 },
    );
    expect([...array.images.gather([0]).subarray(0, 8)]).toEqual([0, 0, 0, 0, 9, 9, 9, 9]);
    const files = await load({ 'a.png': [8, 4] }, { fit: 'pad' }, { width: 4 });
    expect([...files.images.gather([0]).subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  });
});
