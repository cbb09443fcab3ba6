/** Datasets of every kind without some of their images. */
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { Dataset, DatasetSource } from '../../src/datasets/dataset';
import { digitFactors, digitImage } from '../../src/datasets/digits/digits';
import { FileRows } from '../../src/datasets/rows/file-rows';
import { inspectDataset } from '../../src/datasets/inspect';
import { leaveOut } from '../../src/datasets/exclude-images';
import { loadDataset } from '../../src/datasets/load';
import type { LoadOptions } from '../../src/datasets/load';
import { residentRows } from '../../src/datasets/rows/image-rows';
import { runConfigSchema } from '../../src/runs/config';
import { knownFactors } from '../../src/model/disentanglement';
import { bytesOf, npy, ramp } from './array-fixtures';
import { greyPng, idx, temporaryFolder, writeFiles } from './fixtures';

const idsOf = (dataset: Pick<Dataset, 'count' | 'id'>) =>
  Array.from({ length: dataset.count }, (_, row) => dataset.id(row));
/** The first byte of each image: images here are of one grey. */
const greysOf = ({ images, count }: Dataset) =>
  Array.from({ length: count }, (_, row) => images.gather([row])[0]);
const greys = (count: number, first = 0) =>
  Uint8Array.from({ length: count * 16 }, (_, i) => first + Math.floor(i / 16));

/** The MNIST layout, with 12 images of grey 0 to 11 for training and 4 of grey 100 to 103 for testing. */
async function idxFolder() {
  const folder = await temporaryFolder();
  await writeFiles(folder, {
    'train-images-idx3-ubyte': idx([12, 4, 4], greys(12)),
    'train-labels-idx1-ubyte': idx([12], Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 8)),
    't10k-images-idx3-ubyte': idx([4, 4, 4], greys(4, 100)),
    't10k-labels-idx1-ubyte': idx([4], Uint8Array.of(1, 2, 3, 4)),
  });
  return { kind: 'idx', uri: pathToFileURL(folder).href } as const;
}

async function file<K extends DatasetSource['kind']>(kind: K, name: string, bytes: Uint8Array) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, name), bytes);
  // Long ago: of what was just written nothing is kept in a cache.
  await utimes(join(folder, name), 1e9, 1e9);
  return { kind, uri: pathToFileURL(join(folder, name)).href } as const;
}

describe.each([{}, { residentLimit: 0 }])('IDX files, loaded with %j', (options: LoadOptions) => {
  it('keep ids, labels and their split by the images that are left', async () => {
    const source = {
      ...(await idxFolder()),
      leftOut: ['t10k-images-idx3-ubyte#1', 'train-images-idx3-ubyte#11', 'train-images-idx3-ubyte#0'],
    };
    const dataset = await loadDataset(source, options);
    expect(dataset.images instanceof FileRows).toBe('residentLimit' in options);
    expect(greysOf(dataset)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 102, 103]);
    expect(idsOf(dataset)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `train-images-idx3-ubyte#${i + 1}`),
      ...[0, 2, 3].map((i) => `t10k-images-idx3-ubyte#${i}`),
    ]);
    expect(() => dataset.id(13)).toThrow('image 13: expected 0 to 12');
    expect([...dataset.labels!.values]).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 1, 3, 4]);
    // Of the 12 the last two were for validation.
    expect(dataset.split).toEqual({
      train: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8),
      validation: Uint32Array.of(9),
      test: Uint32Array.of(10, 11, 12),
    });
    expect(dataset.source).toBe(source);
    expect(runConfigSchema.shape.data.shape.source.parse(source)).toEqual({ rules: 1, ...source });
  });

  it('without anything of a part of their split, or without all, are refused', async () => {
    const source = await idxFolder();
    const ids = idsOf(await loadDataset(source));
    const without = (leftOut: string[]) => loadDataset({ ...source, leftOut }, options);
    await expect(without(ids.slice(10, 12))).rejects.toThrow(
      "all 2 images of its part 'validation' are left out, expected at least 1 in each part of its split; leave out fewer",
    );
    const error = expect.objectContaining({ name: 'DataError' }) as Error;
    await expect(without(ids)).rejects.toThrow(error);
    await expect(without(ids)).rejects.toThrow(
      /all of its 16 images are left out, expected some to train on/,
    );
  });
});

it('a class keeps its name and number when its last image goes', async () => {
  const source = await idxFolder();
  const nines = [0, 10].map((i) => `train-images-idx3-ubyte#${i}`);
  const { labels } = await loadDataset({ ...source, leftOut: nines });
  expect(labels!.names).toHaveLength(10);
  expect(labels!.values).not.toContain(9);
});

it('a NumPy array', async () => {
  const source = await file('npy', 'a.npy', npy(greys(12), { descr: '|u1', shape: [12, 4, 4] }));
  const dataset = await loadDataset({ ...source, leftOut: ['a.npy#2', 'a.npy#11', 'a.npy#12'] });
  expect(greysOf(dataset)).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(dataset.id(2)).toBe('a.npy#3');
  expect(dataset.split).toBeUndefined();
});

it('an archive of arrays, by the paths inside, as those of an archive of images', async () => {
  const part = (count: number, first: number) =>
    npy(greys(count, first), { descr: '|u1', shape: [count, 4, 4] });
  const numbers = npy(bytesOf(Int32Array.of(3, 4, 5)), { descr: '<i4', shape: [3] });
  const arrays = { 'x_train.npy': part(9, 0), 'x_test.npy': part(3, 50), 'y_test.npy': numbers };
  const source = await file('zip', 'a.npz', zipSync(arrays));
  const dataset = await loadDataset({ ...source, leftOut: ['x_train#4', 'x_test#0'] });
  expect(greysOf(dataset)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 51, 52]);
  expect([dataset.id(4), dataset.id(8)]).toEqual(['a.npz#x_train#5', 'a.npz#x_test#1']);
  expect([...dataset.labels!.values]).toEqual([-1, -1, -1, -1, -1, -1, -1, -1, 4, 5]);
  await expect(loadDataset({ ...source, exclude: ['x'] })).rejects.toThrow(
    'a.npz: an archive of arrays; patterns and labels are for folders and images',
  );
});

describe('a Parquet file', () => {
  const COLUMNS = [
    { name: 'image', type: 'BYTE_ARRAY', data: [greyPng(8, 10), 'x', greyPng(8, 30), greyPng(12, 40)] },
    { name: 'label', data: ['a', 'b', 'c', 'd'] },
    // Of a file of less than 4 MiB nothing is kept.
    {
      name: 'more',
      type: 'BYTE_ARRAY',
      data: Array.from({ length: 4 }, (_, i) => new Uint8Array(2 ** 20).fill(i)),
    },
  ] as Parameters<typeof parquetWriteBuffer>[0]['columnData'];
  const parquet = () =>
    file(
      'parquet',
      'a.parquet',
      new Uint8Array(parquetWriteBuffer({ columnData: COLUMNS, codec: 'UNCOMPRESSED' })),
    );

  it('is decoded once for its cache, whatever is left out', async () => {
    const source = { ...(await parquet()), leftOut: ['a.parquet#0'] };
    const cache = await temporaryFolder();
    for (const [residentLimit, inFile] of [
      [1000, false],
      [0, true],
    ] as const) {
      const dataset = await loadDataset(source, { width: 8, height: 8, cache, residentLimit });
      expect(dataset.images instanceof FileRows).toBe(inFile);
      expect(greysOf(dataset)).toEqual([30, 40]);
      expect(idsOf(dataset)).toEqual(['a.parquet#2', 'a.parquet#3']);
      // The second row, which is no picture, has no number among the images.
      expect(dataset.labels).toEqual({ names: ['a', 'c', 'd'], values: Int32Array.of(1, 2) });
      expect(dataset.skipped.map(({ path }) => path)).toEqual(['a.parquet#1']);
    }
    await loadDataset({ ...source, leftOut: [] }, { width: 8, height: 8, cache });
    expect(await readdir(join(cache, 'pictures'))).toHaveLength(1);
  });

  it('is inspected without them', async () => {
    const source = { ...(await parquet()), leftOut: ['a.parquet#3'] };
    const { count, originals, labels } = await inspectDataset(source);
    expect(count).toBe(2);
    expect(originals).toEqual({ sizes: [{ width: 8, height: 8, count: 2 }], looked: 2, coloured: 0 });
    expect(labels!.map((label) => label.count)).toEqual([1, 1, 0]);
  });
});

it('the built-in digits, with what each was drawn by', async () => {
  const dataset = await loadDataset({
    kind: 'digits',
    count: 20,
    seed: 3,
    leftOut: ['digits#0', 'digits#7'],
  });
  expect(dataset.count).toBe(18);
  expect(dataset.images.gather([0, 6])).toEqual(Uint8Array.of(...digitImage(3, 1), ...digitImage(3, 8)));
  const [label, slant] = knownFactors(dataset, Uint32Array.of(0, 6, 17));
  expect(label!.values).toEqual([1, 8, 9]);
  expect(slant!.values).toEqual([1, 8, 19].map((number) => digitFactors(3, number).slant));
});

describe('the fingerprint', () => {
  const array = () => file('npy', 'a.npy', npy(ramp(96), { descr: '|u1', shape: [6, 4, 4] }));

  it('is that of the images that are left, in whatever order the others are named', async () => {
    const source = await array();
    const fingerprint = async (leftOut?: string[], options?: LoadOptions) =>
      (await loadDataset({ ...source, leftOut }, options)).fingerprint;
    const whole = await fingerprint();
    const some = await fingerprint(['a.npy#1', 'a.npy#3']);
    expect(await fingerprint(['a.npy#3', 'gone.npy#1', 'a.npy#1', 'a.npy#3'])).toBe(some);
    expect(await fingerprint(['a.npy#3', 'a.npy#1'], { residentLimit: 0 })).toBe(some);
    expect(await fingerprint(['a.npy#9'])).toBe(whole);
    expect(await fingerprint([])).toBe(whole);
    // At the end nothing tells the others apart but their own number.
    const all = [whole, some, await fingerprint(['a.npy#1']), await fingerprint(['a.npy#5'])];
    expect(new Set(all).size).toBe(4);
    const first = await file('npy', 'a.npy', npy(ramp(80), { descr: '|u1', shape: [5, 4, 4] }));
    expect((await loadDataset(first)).fingerprint).toBe(await fingerprint(['a.npy#5']));
  });

  it('is remembered, of images that stay in their file, for each choice', async () => {
    const source = await array();
    const cache = await temporaryFolder();
    const fingerprint = async (...leftOut: string[]) =>
      (await loadDataset({ ...source, leftOut }, { residentLimit: 0, cache })).fingerprint;
    // First and last image, and the number of images, are the same.
    const [first, second] = [await fingerprint('a.npy#1'), await fingerprint('a.npy#2')];
    expect(first).not.toBe(second);
    const entries = (await readdir(join(cache, 'fingerprints'))).map((name) =>
      join(cache, 'fingerprints', name),
    );
    expect(entries).toHaveLength(2);
    for (const entry of entries) await writeFile(entry, 'c'.repeat(64));
    expect(await fingerprint('a.npy#2')).toBe('c'.repeat(64));
  });
});

it('whatever is left out, of each other image nothing changes', () => {
  const COUNT = 12;
  const loaded = {
    ...({ name: 'a', shape: { width: 4, height: 4, channels: 1 }, count: COUNT, skipped: [] } as const),
    images: residentRows(greys(COUNT), 16),
    id: (row: number) => `a#${row}`,
    labels: { names: ['x', 'y', 'z'], values: Int32Array.from({ length: COUNT }, (_, row) => row % 3) },
    split: {
      train: Uint32Array.of(0, 3, 6, 9, 11),
      validation: Uint32Array.of(1, 4, 7, 10),
      test: Uint32Array.of(2, 5, 8),
    },
  };
  const partOf = ({ split }: Pick<Dataset, 'split'>, row: number) =>
    Object.entries(split!).flatMap(([name, rows]: [string, Uint32Array]) =>
      rows.includes(row) ? [name] : [],
    );
  fc.assert(
    fc.property(fc.subarray([3, 4, 5, 6, 7, 8, 9, 10, 11]), (rows) => {
      const left = leaveOut(
        loaded,
        rows.map((row) => `a#${row}`),
      );
      expect(left.count).toBe(COUNT - rows.length);
      for (let row = 0; row < left.count; row++) {
        const before = Number(left.id(row).slice(2));
        expect(rows).not.toContain(before);
        expect([...left.images.gather([row])]).toEqual(new Array(16).fill(before));
        expect(left.labels!.values[row]).toBe(before % 3);
        expect(partOf(left, row)).toEqual(partOf(loaded, before));
      }
    }),
  );
});
