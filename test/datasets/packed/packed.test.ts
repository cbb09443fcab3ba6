/** Packed images: the dataset that comes out is the one that went in, and nothing else is taken for one. */
import { open, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { findLeftOut } from '../../../src/datasets/find-left-out';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import { packDataset } from '../../../src/datasets/packed/pack-dataset';
import { decodeHeader } from '../../../src/datasets/packed/packed-header';
import { packedName } from '../../../src/datasets/packed/packed-names';
import { FileRows } from '../../../src/datasets/rows/file-rows';
import { DataError } from '../../../src/images/data-error';
import { sourceSchema } from '../../../src/runs/config';
import { npy } from '../array-fixtures';
import { greyPng, idx, temporaryFolder, writeFiles } from '../fixtures';

const idsOf = (of: Dataset) => Array.from({ length: of.count }, (_, i) => of.id(i));

/** Packs a dataset into files. @returns their folder, and the path of the first */
async function packed(dataset: Dataset, partBytes = Infinity) {
  const folder = await temporaryFolder();
  const parts = packDataset(dataset, partBytes);
  for (const { part, parts: of, size, pieces } of parts) {
    const bytes = [];
    for await (const piece of pieces()) bytes.push(piece);
    expect(Buffer.concat(bytes).length).toBe(size);
    await writeFile(join(folder, packedName('photos', part, of)), Buffer.concat(bytes));
  }
  return { folder, path: join(folder, packedName('photos', 1, parts.length)), parts: parts.length };
}

/** Photos of various sizes in folders, one of them damaged. */
async function photos() {
  const folder = await temporaryFolder();
  const names = Array.from({ length: 12 }, (_, i) => `${i % 3 === 0 ? 'cat' : 'dog'}/photo "${i}"\n.png`);
  await writeFiles(folder, {
    ...Object.fromEntries(names.map((name, i) => [name, greyPng(20 + i, 10 * i)])),
    'cat/bad.png': new Uint8Array(10),
  });
  return folder;
}

/** A dataset in MNIST's layout, with its own split. */
async function digits() {
  const folder = await temporaryFolder();
  const images = (count: number, first: number) =>
    idx(
      [count, 5, 6],
      Uint8Array.from({ length: 30 * count }, (_, i) => (first + 7 * i) % 256),
    );
  await writeFiles(folder, {
    'train-images-idx3-ubyte': images(18, 0),
    'train-labels-idx1-ubyte': idx(
      [18],
      Uint8Array.from({ length: 18 }, (_, i) => i % 10),
    ),
    't10k-images-idx3-ubyte': images(4, 100),
    't10k-labels-idx1-ubyte': idx([4], Uint8Array.of(1, 2, 3, 4)),
  });
  return folder;
}

/** Zeros and ones: their range must not be found once more. */
async function masks() {
  const folder = await temporaryFolder();
  const values = Float32Array.from({ length: 10 * 16 }, (_, i) => Number(i % 3 === 0));
  const path = join(folder, 'masks.npy');
  await writeFile(path, npy(new Uint8Array(values.buffer), { descr: '<f4', shape: [10, 4, 4] }));
  return path;
}

describe.each([
  ['a folder of pictures', photos, { width: 8 }],
  ["MNIST's files", digits, {}],
  ['an array that is scaled', masks, {}],
] as const)('%s', (_, make, shape) => {
  test.each([
    ['one file', Infinity, {}],
    ['several files', 100, {}],
    ['several files, of which rows are read', 100, { residentLimit: 0 }],
  ])('is the same dataset in %s', async (__, partBytes, options) => {
    const source = await parseSource(await make(), '/');
    const before = await loadDataset(source, shape);
    const { path, parts } = await packed(before, partBytes);
    expect(parts === 1).toBe(partBytes === Infinity);
    const found = await parseSource(path, '/');
    expect(found.kind).toBe('packed');
    const after = await loadDataset(found, { ...shape, ...options });
    expect(after.images instanceof FileRows).toBe('residentLimit' in options);
    expect(after).toMatchObject({
      ...{ name: before.name, shape: before.shape, count: before.count, fingerprint: before.fingerprint },
      ...{ labels: before.labels, split: before.split, skipped: before.skipped, notes: before.notes },
    });
    expect(idsOf(after)).toEqual(idsOf(before));
    expect(after.images.range(0, after.count)).toEqual(before.images.range(0, before.count));
    expect(sourceSchema.parse(after.source)).toMatchObject({ kind: 'packed' });
  });
});

test('a file that was renamed is not one of several any more', async () => {
  const { folder, path } = await packed(await loadDataset(await parseSource(await digits(), '/')), 300);
  await rename(path, join(folder, 'x.safetensors'));
  const loading = loadDataset(await parseSource(join(folder, 'x.safetensors'), '/'));
  await expect(loading).rejects.toThrow(
    /one of 3 files of packed images, which are called NAME-00001-of-00003/,
  );
});

test('images are left out by their ids, and those of another size are made of these', async () => {
  const before = await loadDataset(await parseSource(await photos(), '/'), { width: 8 });
  const { path } = await packed(before, 200);
  const source = await parseSource(path, '/');
  const [gone = ''] = idsOf(before);
  const left = await findLeftOut(source, [gone, 'dog/none.png'], '/');
  expect(left).toMatchObject({ paths: [gone], unknown: ['dog/none.png'] });
  const fewer = await loadDataset({ ...source, leftOut: [gone] });
  expect(idsOf(fewer)).toEqual(idsOf(before).slice(1));
  const smaller = await loadDataset(source, { width: 4 });
  expect([smaller.shape.width, smaller.fingerprint === before.fingerprint]).toEqual([4, false]);
});

describe('what is no packed dataset is refused', () => {
  const load = (path: string) => loadDataset({ kind: 'packed', uri: pathToFileURL(path).href }, {});
  const some = async () => packed(await loadDataset(await parseSource(await digits(), '/')), 300);

  test.each<[string, (folder: string, name: (part: number) => string) => Promise<void>, RegExp]>([
    [
      'cut off',
      (f, name) => truncate(join(f, name(2)), 500),
      /00002-of-.*has 500 bytes, and its header says \d+/,
    ],
    [
      'another part',
      (f, name) => rename(join(f, name(2)), join(f, name(1))),
      /part 2 of 3 with.*expected part 1/,
    ],
    [
      'a missing part',
      (f, name) => rename(join(f, name(2)), join(f, 'x')),
      /00002-of-00003\.safetensors: not found/,
    ],
    [
      'another name',
      async (f, name) => {
        await rename(join(f, name(1)), join(f, 'x'));
        await rename(join(f, name(3)), join(f, name(1)));
      },
      /part 3 of 3 .*expected part 1 of 3/,
    ],
    [
      'a changed pixel',
      async (f, name) => {
        const bytes = await readFile(join(f, name(3)));
        const { start } = decodeHeader('x', bytes, bytes.length).tensors.images;
        const file = await open(join(f, name(3)), 'r+');
        await file.write(Buffer.of(bytes[start]! ^ 1), 0, 1, start);
        await file.close();
      },
      /fingerprint [0-9a-f]{12}, expected [0-9a-f]{12}: they were damaged/,
    ],
  ])('%s', async (_, damage, message) => {
    const { folder, path } = await some();
    await damage(folder, (part) => packedName('photos', part, 3));
    const loading = load(path);
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(DataError);
  });

  test('any header: an error that says what is wrong, and nothing is allocated', async () => {
    const { path } = await some();
    const whole = await readFile(path);
    const length = Number(whole.readBigUInt64LE(0));
    const header = whole.toString('utf8', 8, 8 + length);
    const numbers = [...header.matchAll(/\d+/g)];
    fc.assert(
      fc.property(
        fc.nat(numbers.length - 1),
        fc.constantFrom('0', '-1', '9007199254740993', '1e99', '"x"', 'null', '[]', '4097', '999999999'),
        (which, text) => {
          const { index, 0: number } = numbers[which]!;
          if (number === text) return;
          const changed = Buffer.from(header.slice(0, index) + text + header.slice(index + number.length));
          const start = Buffer.alloc(8 + changed.length);
          start.writeBigUInt64LE(BigInt(changed.length));
          changed.copy(start, 8);
          let decoded: unknown = null;
          try {
            decoded = decodeHeader('x', start, whole.length - length + changed.length);
          } catch (error) {
            expect(error).toBeInstanceOf(DataError);
            expect((error as Error).message).toMatch(/^x: no file of packed images: /);
          }
          // The number of this part and the fingerprint say nothing about the file alone.
          if (decoded !== null) expect(/part|fingerprint/.test(header.slice(index - 60, index))).toBe(true);
        },
      ),
      { numRuns: 200, seed: 7 },
    );
    for (const size of [0, 7, 8, 100, whole.length - 1])
      expect(() => decodeHeader('x', whole.subarray(0, size), size)).toThrow(DataError);
  });
});
