import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { ImageChoice } from '../../../src/datasets/dataset';
import { loadDataset } from '../../../src/datasets/load';
import { bytesOf, npy, ramp } from '../array-fixtures';
import { greyPng, temporaryFolder, writeFiles } from '../fixtures';

async function load(bytes: Uint8Array, choice: ImageChoice = {}) {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.zip': bytes });
  return loadDataset({ kind: 'zip', uri: pathToFileURL(join(folder, 'a.zip')).href, ...choice });
}
const idsOf = (dataset: Awaited<ReturnType<typeof load>>) =>
  Array.from({ length: dataset.count }, (_, i) => dataset.id(i));

describe('an archive of images', () => {
  const files = { 'cats/a.png': greyPng(8, 10), 'dogs/b.png': greyPng(8, 20), 'notes.txt': strToU8('x') };

  it('is read with its folders as labels, compressed or not', async () => {
    for (const level of [0, 9] as const) {
      const dataset = await load(zipSync(files, { level }));
      expect(idsOf(dataset)).toEqual(['a.zip#cats/a.png', 'a.zip#dogs/b.png']);
      expect(dataset).toMatchObject({ name: 'a', shape: { width: 8, height: 8, channels: 1 }, skipped: [] });
      expect(dataset.labels).toEqual({ names: ['cats', 'dogs'], values: Int32Array.of(0, 1) });
      expect([dataset.images.resident![0], dataset.images.resident![64]]).toEqual([10, 20]);
    }
  });

  it('takes no label from a folder that all are in, and no hidden files', async () => {
    const dataset = await load(
      zipSync({ set: files, __MACOSX: { '._a.png': strToU8('x') }, '.hidden': { 'c.png': strToU8('x') } }),
    );
    expect(dataset.labels?.names).toEqual(['cats', 'dogs']);
    expect(dataset.skipped).toEqual([]);
  });

  it('has the same ids whether or not its paths begin with ./, and two for two compositions of a name', async () => {
    const names = ['caf\u00e9', 'cafe\u0301'].map((name) => `dogs/${name}.png`);
    const inside = Object.fromEntries(names.map((name, i) => [`./${name}`, greyPng(8, i)]));
    const dataset = await load(zipSync({ ...inside, './cats/a.png': greyPng(8, 9) }));
    expect(idsOf(dataset)).toEqual(['cats/a.png', names[1]!, names[0]!].map((path) => `a.zip#${path}`));
    expect(dataset.labels?.names).toEqual(['cats', 'dogs']);
    expect(dataset.notes.filter(({ subject }) => subject !== 'values')).toEqual([]);
  });

  it('is read by patterns, with labels of a table', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'l.csv': 'path,label\ncats/a.png,"a, b"\n' });
    const labels = pathToFileURL(join(folder, 'l.csv')).href;
    const dataset = await load(zipSync(files), { labels });
    expect(dataset.labels).toEqual({ names: ['a, b'], values: Int32Array.of(0, -1) });
    expect(idsOf(await load(zipSync(files), { exclude: ['cats/**'] }))).toEqual(['a.zip#dogs/b.png']);
    await expect(load(zipSync(files), { exclude: ['*.png'] })).rejects.toThrow(
      "a.zip: what is included, excluded and left out leaves none of 2 images, expected patterns of paths such as 'cats/a.png'",
    );
  });

  it('leaves out links, and lists them with what is broken', async () => {
    const link = { os: 3, attrs: (0o120777 << 16) >>> 0 } as const;
    const dataset = await load(
      zipSync({ ...files, 'c.png': strToU8('nothing'), 'd.png': [strToU8('cats/a.png'), link] }),
    );
    expect(dataset.count).toBe(2);
    expect(Object.fromEntries(dataset.skipped.map(({ path, reason }) => [path, reason]))).toEqual({
      'c.png': expect.stringMatching(/^not a PNG.* image: it looks like text$/) as string,
      'd.png': 'a symbolic link',
    });
  });

  it.each(['../evil.png', '/etc/evil.png', 'a/../../evil.png', 'C:\\evil.png', '..\\evil.png'])(
    'with the path %s is refused',
    async (path) => {
      const bytes = zipSync({ ...files, [path]: greyPng(8, 1) });
      await expect(load(bytes)).rejects.toThrow(/^a.zip: the entry .*, expected a path inside the archive/);
      await expect(load(bytes)).rejects.toMatchObject({ name: 'DataError' });
    },
  );

  it('that declares too little, too much or the wrong checksum is refused', async () => {
    const image = greyPng(8, 1);
    const whole = Buffer.from(zipSync({ 'a.png': new Uint8Array(100_000), 'b.png': image }, { level: 9 }));
    const directory = whole.indexOf(Buffer.from('PK\x01\x02'));
    const changed = (offset: number, value: number) => {
      const copy = Buffer.from(whole);
      copy.writeUInt32LE(value, directory + offset);
      return copy;
    };
    const reasonOf = async (bytes: Uint8Array) => (await load(bytes)).skipped[0]?.reason;
    expect(await reasonOf(changed(24, 50_000))).toBe('broken: more than the declared 50000 bytes');
    expect(await reasonOf(changed(24, 100_001))).toBe(
      'broken: got 100000 bytes, the archive declares 100001',
    );
    expect(await reasonOf(changed(16, 1))).toBe('broken: its checksum is not the declared one');
    await expect(load(changed(24, 0xfffffff0))).rejects.toThrow(/a.png declares 4294967280 bytes, limit/);
    await expect(load(changed(24, 0x7fffffff))).rejects.toThrow(
      /declare 2147483[0-9]* bytes of files, limit/,
    );
    await expect(load(changed(20, whole.length))).rejects.toThrow(/a.png reaches into the next entry/);
    await expect(load(whole.subarray(0, 90))).rejects.toThrow(/no table of contents: not a ZIP archive/);
  });

  it('without images says so', async () => {
    await expect(load(zipSync({ 'a.txt': strToU8('x') }))).rejects.toThrow(/a.zip: no images found/);
  });
});

describe('an archive of arrays', () => {
  const images = (count: number, from: number) =>
    npy(new Uint8Array(count * 16).fill(from), { descr: '|u1', shape: [count, 4, 4] });
  const labels = (...values: number[]) =>
    npy(bytesOf(BigInt64Array.from(values, BigInt)), { descr: '<i8', shape: [values.length] });

  it('as Keras has MNIST brings its split and labels', async () => {
    const dataset = await load(
      zipSync({
        'x_test.npy': images(2, 9),
        'x_train.npy': images(12, 7),
        'y_train.npy': labels(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3),
        'y_test.npy': labels(5, 4),
      }),
    );
    expect(dataset.count).toBe(14);
    expect([dataset.id(0), dataset.id(13)]).toEqual(['a.zip#x_train#0', 'a.zip#x_test#1']);
    expect([dataset.images.resident![0], dataset.images.resident!.at(-1)]).toEqual([7, 9]);
    expect(dataset.labels?.names).toEqual(['0', '1', '2', '3', '4', '5']);
    expect([...dataset.labels!.values.subarray(10)]).toEqual([2, 3, 5, 4]);
    // The last sixth of the training images is for validation.
    expect([...dataset.split!.validation]).toEqual([10, 11]);
    expect([...dataset.split!.test]).toEqual([12, 13]);
  });

  it('may have three parts, one array, or any name for it', async () => {
    const three = await load(
      zipSync({
        'train_images.npy': images(3, 1),
        'val_images.npy': images(1, 2),
        'test_images.npy': images(2, 3),
      }),
    );
    expect(three.split).toEqual({
      train: Uint32Array.of(0, 1, 2),
      validation: Uint32Array.of(3),
      test: Uint32Array.of(4, 5),
    });
    const saved = await load(zipSync({ 'arr_0.npy': images(3, 1), 'arr_1.npy': labels(2, 0, 1) }));
    expect(saved).toMatchObject({ count: 3, split: undefined });
    expect(saved.labels?.values).toEqual(Int32Array.of(2, 0, 1));
    expect((await load(zipSync({ 'faces.npy': images(2, 1) }))).count).toBe(2);
  });

  it('is used without labels that do not fit, and says so', async () => {
    const dataset = await load(zipSync({ 'x.npy': images(3, 1), 'y.npy': labels(1, 2) }));
    expect(dataset).toMatchObject({ labels: undefined, skipped: [] });
    const text = 'no labels of the array y: y: labels 2, expected one for each of 3 images';
    expect(dataset.notes.filter(({ subject }) => subject === 'labels')).toEqual([
      { subject: 'labels', level: 'warning', text },
    ]);
  });

  it('is refused without images, with patterns, and with parts of two sizes', async () => {
    await expect(load(zipSync({ 'u.npy': ramp(3), 'v.npy': ramp(3) }))).rejects.toThrow(
      /no array of images: got u, v, expected images/,
    );
    await expect(load(zipSync({ 'x.npy': images(2, 1) }), { include: ['*'] })).rejects.toThrow(
      /an archive of arrays; patterns and labels are for/,
    );
    const other = npy(ramp(25), { descr: '|u1', shape: [1, 5, 5] });
    await expect(load(zipSync({ 'x_train.npy': images(2, 1), 'x_test.npy': other }))).rejects.toThrow(
      /x_test: rows 5 and columns 5, expected those of a.zip#x_train, 4 and 4/,
    );
    await expect(load(zipSync({ 'x.npy': images(2, 1).subarray(0, 150) }))).rejects.toThrow(
      /a.zip#x: got 150 bytes, but its header declares 160/,
    );
  });
});
