/** MNIST's relatives, in folders as they are downloaded. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import { idx, temporaryFolder, writeFiles } from '../fixtures';

const images = (count: number, first = 0) =>
  idx(
    [count, 4, 4],
    Uint8Array.from({ length: 16 * count }, (_, i) => first + i),
  );
const labels = (...values: number[]) => idx([values.length], Uint8Array.from(values));

/** The files of a set, by its names for the parts. */
function setOf(stem: string, { test = 'test', end = 'idx3-ubyte.gz' } = {}): Record<string, Uint8Array> {
  const packed = (bytes: Uint8Array) => (end.endsWith('.gz') ? gzipSync(bytes) : bytes);
  const ends = { images: end, labels: end.replace('idx3', 'idx1') };
  const separator = end.startsWith('idx3') ? '-' : '';
  return {
    [`${stem}train-images${separator}${ends.images}`]: packed(images(6)),
    [`${stem}train-labels${separator}${ends.labels}`]: packed(labels(1, 2, 3, 1, 2, 3)),
    [`${stem}${test}-images${separator}${ends.images}`]: packed(images(2, 100)),
    [`${stem}${test}-labels${separator}${ends.labels}`]: packed(labels(3, 1)),
  };
}

async function load(files: Record<string, Uint8Array | string>, inside = '.') {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return loadDataset(await parseSource(inside, folder));
}

describe('a set like MNIST', () => {
  it.each([
    ['as MNIST, KMNIST and Fashion-MNIST', '', setOf('', { test: 't10k' })],
    ['with dots', '', setOf('', { test: 't10k', end: '.idx3-ubyte' })],
    ['as EMNIST', '', setOf('emnist-letters-')],
    ['as EMNIST without gzip', '', setOf('emnist-letters-', { end: 'idx3-ubyte' })],
    [
      'as torchvision',
      '',
      Object.fromEntries(
        Object.entries(setOf('', { test: 't10k' })).map(([name, file]) => [`FashionMNIST/raw/${name}`, file]),
      ),
    ],
    [
      'as torchvision, by its folder',
      'MNIST',
      Object.fromEntries(
        Object.entries(setOf('', { test: 't10k' })).map(([name, file]) => [`MNIST/raw/${name}`, file]),
      ),
    ],
  ])('named %s is read with its split and labels', async (_, inside, files) => {
    const dataset = await load(files, inside || '.');
    expect(dataset.count).toBe(8);
    expect([...dataset.split!.test]).toEqual([6, 7]);
    expect([...dataset.labels!.values]).toEqual([1, 2, 3, 1, 2, 3, 3, 1]);
  });

  it('of torchvision is called by the folder above `raw`', async () => {
    const files = Object.fromEntries(
      Object.entries(setOf('')).map(([name, file]) => [`KMNIST/raw/${name}`, file]),
    );
    expect((await load(files)).name).toBe('KMNIST');
  });

  it('of which a folder has several is asked for by name', async () => {
    const files = { ...setOf('emnist-balanced-'), ...setOf('emnist-digits-') };
    await expect(load(files)).rejects.toThrow(
      /2 datasets in one folder: emnist-balanced, emnist-digits; name one by its file, such as .*emnist-balanced-train-images-idx3-ubyte.gz$/,
    );
    const dataset = await load(files, 'emnist-digits-train-images-idx3-ubyte.gz');
    expect(dataset.count).toBe(8);
    expect([...dataset.split!.test]).toEqual([6, 7]);
    expect(dataset.notes.map(({ text }) => text)).toContain(
      'emnist-digits-test-images-idx3-ubyte.gz beside emnist-digits-train-images-idx3-ubyte.gz is the test part',
    );
    expect((await load(files, 'emnist-digits-test-images-idx3-ubyte.gz')).count).toBe(2);
    const two = Object.fromEntries(
      ['MNIST', 'KMNIST'].map((name) => [`${name}/raw/train-images-idx3-ubyte`, images(6)]),
    );
    await expect(load(two)).rejects.toThrow(
      /2 datasets in one folder: KMNIST, MNIST; name one, such as .*KMNIST.raw$/,
    );
  });

  it('EMNIST is turned, unless a run saw it as it is stored, and its classes have names', async () => {
    const files = {
      ...setOf('emnist-letters-'),
      'emnist-letters-mapping.txt': '1 65 97\n2 66 98\n3 67 99\n',
    };
    const dataset = await load(files);
    expect([...dataset.images.resident!.subarray(0, 8)]).toEqual([0, 4, 8, 12, 1, 5, 9, 13]);
    expect(dataset.labels!.names).toEqual(['Aa', 'Bb', 'Cc']);
    expect([...dataset.labels!.values]).toEqual([0, 1, 2, 0, 1, 2, 2, 0]);
    expect(dataset.notes.filter(({ subject }) => subject === 'content').map(({ text }) => text)).toEqual([
      'the images of EMNIST are stored with rows and columns exchanged; they were turned upright',
    ]);
    const folder = await temporaryFolder();
    await writeFiles(folder, files);
    const old = await loadDataset({
      kind: 'idx',
      uri: pathToFileURL(join(folder, 'emnist-letters-train-images-idx3-ubyte.gz')).href,
      rules: 1,
    });
    expect([...old.images.resident!.subarray(0, 4)]).toEqual([0, 1, 2, 3]);
    expect(old).toMatchObject({ count: 6, split: undefined, notes: [] });
    expect(old.labels!.names).toEqual(['0', '1', '2', '3']);
  });

  it('EMNIST that stays in its file is turned, too', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, setOf('emnist-mnist-', { end: 'idx3-ubyte' }));
    const uri = pathToFileURL(folder).href;
    const inMemory = await loadDataset({ kind: 'idx', uri });
    const cache = await temporaryFolder();
    const large = await loadDataset({ kind: 'idx', uri }, { residentLimit: 10, cache });
    expect(large.images.resident).toBeNull();
    expect(large.fingerprint).toBe(inMemory.fingerprint);
  });

  it("QMNIST's labels are the first of eight numbers a row", async () => {
    const rows = (...classes: number[]) => {
      const bytes = Buffer.alloc(32 * classes.length);
      classes.forEach((value, i) => {
        bytes.writeInt32BE(value, 32 * i);
        // Number of the form, which no class is.
        bytes.writeInt32BE(123_456, 32 * i + 28);
      });
      return gzipSync(idx([classes.length, 8], bytes, 0x0c));
    };
    const dataset = await load({
      'qmnist-train-images-idx3-ubyte.gz': gzipSync(images(6)),
      'qmnist-train-labels-idx2-int.gz': rows(5, 0, 4, 1, 9, 2),
      'qmnist-test-images-idx3-ubyte.gz': gzipSync(images(2)),
      'qmnist-test-labels-idx2-int.gz': rows(7, 2),
    });
    expect([...dataset.labels!.values]).toEqual([5, 0, 4, 1, 9, 2, 7, 2]);
    expect(dataset.labels!.names).toHaveLength(10);
    expect([...dataset.split!.test]).toEqual([6, 7]);
  });

  it('labels of another type or number are refused', async () => {
    const floats = idx([6], new Uint8Array(24), 0x0d);
    await expect(load({ 'a-images-idx3-ubyte': images(6), 'a-labels-idx1-ubyte': floats })).rejects.toThrow(
      'a-labels-idx1-ubyte: data type 0xd, expected 0x8 (unsigned bytes)',
    );
    const few = idx([5, 8], new Uint8Array(160), 0x0c);
    await expect(load({ 'a-images-idx3-ubyte': images(6), 'a-labels-idx2-int': few })).rejects.toThrow(
      'labels of a-images-idx3-ubyte: number of labels 5, expected 6, the number of images',
    );
  });
});
