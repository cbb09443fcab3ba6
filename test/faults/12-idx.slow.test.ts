/** Row 12: IDX files whose header and length do not fit are refused by the name of the field, before they take memory. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { loadDataset } from '../../src/datasets/load';
import { idx, temporaryFolder, writeFiles } from '../datasets/fixtures';

const load = (path: string) => loadDataset({ kind: 'idx', uri: pathToFileURL(path).href });
const ramp = (length: number) => Uint8Array.from({ length }, (_, i) => i & 255);
const whole = idx([3, 4, 5], ramp(60));
/** Two of the files of the MNIST layout. */
const layout = {
  'train-images-idx3-ubyte.gz': gzipSync(idx([12, 5, 6], ramp(360))),
  't10k-images-idx3-ubyte': idx([4, 5, 6], ramp(120)),
};

it.each<[string, Uint8Array, string | RegExp]>([
  [
    'too short',
    whole.subarray(0, 70),
    'a.idx: number of images 3, rows 4, columns 5: expected 76 bytes, but the file can hold 70 at most: it is truncated',
  ],
  ['too long', Buffer.concat([whole, Buffer.of(1)]), /columns 5: expected 76 bytes, but the file has more/],
  ['cut in the header', whole.subarray(0, 10), 'a.idx: truncated: got 10 bytes, the header alone has 16'],
  ['empty', new Uint8Array(), 'a.idx: truncated: got 0 bytes'],
  ['without rows', idx([3, 0, 5], new Uint8Array()), 'a.idx: rows is 0, expected at least 1'],
  ['without images', idx([0, 4, 5], new Uint8Array()), 'a.idx: number of images is 0'],
  [
    'of labels',
    idx([60], ramp(60)),
    'a.idx: number of dimensions 1, expected 3 (number of images, rows, columns)',
  ],
  ['of floats', idx([3, 4, 5], ramp(240), 0x0d), 'a.idx: data type 0xd, expected 0x8 (unsigned bytes)'],
  [
    'something else',
    Buffer.from('P5 this is another format'),
    'a.idx: not an IDX file: it begins with 50352074',
  ],
  [
    'impossibly large',
    idx([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], ramp(60)),
    /number of images 4294967295.*can hold 76 at most: it is truncated/,
  ],
  ['too small to learn from', idx([9, 2, 2], ramp(36)), 'image width: got 2, expected 4 to 1024'],
])('names the field or the bytes of a file that is %s', async (_, bytes, message) => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.idx': bytes });
  await expect(load(join(folder, 'a.idx'))).rejects.toThrow(message);
  await expect(load(join(folder, 'a.idx'))).rejects.toMatchObject({ name: 'DataError' });
});

it.each<[string, Uint8Array, RegExp]>([
  ['cut', gzipSync(whole).subarray(0, 40), /a.idx.gz: (truncated|.*is truncated)/],
  [
    'whose data is short',
    gzipSync(whole.subarray(0, 70)),
    /expected 76 bytes, but the file has 70: it is truncated/,
  ],
  ['whose data is damaged', gzipSync(whole).fill(0x77, 20, 40), /a.idx.gz: broken gzip data/],
])('refuses a gzip %s', async (_, bytes, message) => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.idx.gz': bytes });
  await expect(load(join(folder, 'a.idx.gz'))).rejects.toThrow(message);
});

it('decompresses no more of a bomb than its header declares', async () => {
  const folder = await temporaryFolder();
  const bomb = gzipSync(Buffer.concat([whole, Buffer.alloc(200e6)]));
  await writeFiles(folder, { 'bomb.idx.gz': bomb });
  const before = process.memoryUsage().arrayBuffers;
  await expect(load(join(folder, 'bomb.idx.gz'))).rejects.toThrow('but the file has more');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6);
});

it('refuses a declaration that no file of this length can hold', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'lie.idx.gz': gzipSync(idx([60_000, 28, 28], ramp(100))) });
  await expect(load(join(folder, 'lie.idx.gz'))).rejects.toThrow(
    /expected 47040016 bytes, but the file can hold/,
  );
});

it('refuses labels and parts that do not fit', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { ...layout, 't10k-labels-idx1-ubyte': idx([5], ramp(5)) });
  await expect(load(folder)).rejects.toThrow(/number of labels 5, expected 4/);
  await writeFiles(folder, {
    't10k-labels-idx1-ubyte': idx([4], ramp(4)),
    't10k-images-idx3-ubyte': idx([4, 6, 6], ramp(144)),
  });
  await expect(load(folder)).rejects.toThrow(
    /t10k-images-idx3-ubyte: rows 6 and columns 6, expected those of train/,
  );
});
