/** Values of other ranges than bytes, in files by NumPy, Pillow, libpng and tifffile: see test/fixtures/values/make.py. */
import { readFileSync, readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { DatasetSource } from '../../src/datasets/dataset';
import { loadDataset, loadImage } from '../../src/datasets/load';
import { decodeImage } from '../../src/images/codecs/decode';
import type { ReadingChoice } from '../../src/domain/reading';
import { bytesOf, npy } from './array-fixtures';
import { greyPng, idx, rawPng, temporaryFolder, writeFiles } from './fixtures';
import { StoredScale } from '../../src/images/stored-scale';

const FOLDER = join(__dirname, '../fixtures/values');

interface Expected {
  readonly range: readonly [number, number] | null;
  readonly bytes: readonly number[];
}

const EXPECTED = Object.entries(
  JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Record<string, Expected>,
);

const SHAPE = { width: 8, height: 8 };

function sourceOf(path: string, reading: ReadingChoice = {}): DatasetSource {
  const kind = path.endsWith('.npy') ? 'npy' : path.endsWith('.npz') ? 'zip' : 'folder';
  return { kind, uri: pathToFileURL(path).href, ...reading };
}

const load = (path: string, reading?: ReadingChoice, options = {}) =>
  loadDataset(sourceOf(path, reading), { ...SHAPE, ...options });

const rangeOf = (source: DatasetSource) => ('range' in source ? source.range : undefined);
const textsOf = ({ notes }: { notes: readonly { subject: string; text: string }[] }) =>
  notes.filter(({ subject }) => subject === 'values').map(({ text }) => text);

async function folderOf(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

async function arrayOf(descr: string, data: Uint8Array, shape: readonly number[]) {
  const folder = await folderOf({ 'a.npy': npy(data, { descr, shape }) });
  return join(folder, 'a.npy');
}

describe.each(EXPECTED)('%s', (name, { range, bytes }) => {
  it('has the range of its values, which gives the same images again', async () => {
    const dataset = await load(join(FOLDER, name));
    expect([...dataset.images.resident!]).toEqual(bytes);
    // Arrays of bytes and of 0 to 1 need no range. Files of more than 8 bits always have one.
    expect(rangeOf(dataset.source)).toEqual(range ?? undefined);
    if (range) expect(textsOf(dataset).join()).toContain(`${range[0]} is black and ${range[1]} white`);
    const again = await loadDataset(dataset.source, SHAPE);
    expect(again.fingerprint).toBe(dataset.fingerprint);
    expect(again.source).toEqual(dataset.source);
  });

  it('is the same if it is larger than memory, also from the cache', async () => {
    const cache = await temporaryFolder();
    const plain = await load(join(FOLDER, name));
    for (let time = 0; time < 2; time++) {
      const dataset = await load(join(FOLDER, name), {}, { residentLimit: 0, cache });
      expect([...dataset.images.range(0, dataset.count)]).toEqual(bytes);
      expect(dataset.notes).toEqual(plain.notes);
      expect(dataset.source).toEqual(plain.source);
    }
  });
});

it.each(readdirSync(FOLDER).filter((name) => /^(tiff|png)/.test(name)))(
  'a single file of %s is read as in its dataset',
  async (name) => {
    const { source, shape, images } = await load(join(FOLDER, name));
    const reading = source as ReadingChoice;
    for (const [number, file] of readdirSync(join(FOLDER, name)).sort().entries()) {
      expect(await loadImage(join(FOLDER, name, file), shape, reading)).toEqual(images.gather([number]));
    }
  },
);

describe('the range of a dataset', () => {
  it('is decided by its usable images alone, of which each is scaled alike', async () => {
    const folder = await temporaryFolder();
    await cp(join(FOLDER, 'png-filtered'), folder, { recursive: true });
    const before = await load(folder);
    // Brighter, and damaged.
    const bright = readFileSync(join(FOLDER, 'png-16bit/0.png'));
    await writeFiles(folder, { '9.png': bright.subarray(0, -20) });
    const after = await load(folder);
    expect(after).toMatchObject({ count: 2, fingerprint: before.fingerprint, notes: before.notes });
    expect(after.skipped).toHaveLength(1);
    await writeFiles(folder, { '9.png': bright });
    expect(rangeOf((await load(folder)).source)).toEqual([0, 65_535]);
  });

  it('can be chosen, for files and arrays', async () => {
    for (const name of ['png-12bit', 'tiff-10bit', '12bit.npy', 'split.npz', 'bytes.npy', 'counts.npy']) {
      const chosen = await load(join(FOLDER, name), { range: [10, 200] });
      expect(rangeOf(chosen.source)).toEqual([10, 200]);
      const { bytes } = Object.fromEntries(EXPECTED)[name]!;
      const pixels = chosen.images.resident!;
      expect([Math.min(...pixels), Math.max(...pixels)]).toEqual([0, 255]);
      expect(pixels).toHaveLength(bytes.length);
      expect(textsOf(chosen).join()).toMatch(/10 is black and 200 white.*as chosen/);
    }
    const floats = await arrayOf(
      '<f4',
      bytesOf(Float32Array.from({ length: 32 }, (_, i) => i - 7)),
      [2, 4, 4],
    );
    const dataset = await loadDataset(sourceOf(floats, { range: [-7, 24] }));
    const exact = Array.from({ length: 32 }, (_, i) => Math.floor((i * 255) / 31 + 0.5));
    expect([...dataset.images.resident!]).toEqual(exact);
  });

  it('does not touch files of 8 bits among others', async () => {
    const folder = await temporaryFolder();
    await cp(join(FOLDER, 'png-12bit'), folder, { recursive: true });
    await writeFiles(folder, { '5.png': greyPng(8, 100) });
    const dataset = await load(folder);
    expect(rangeOf(dataset.source)).toEqual([0, 4095]);
    expect(dataset.images.gather([2])[0]).toBe(100);
    expect(textsOf(dataset)).toEqual([
      '2 of 3 images store whole numbers from 2 to 4000 in more than 8 bits: 0 is black and 4095 white in all of them ' +
        '(data.range=LOW,HIGH changes this)',
    ]);
    // Nor if the files of 16 bits hold less.
    const few = await temporaryFolder();
    await cp(join(FOLDER, 'png-masks'), few, { recursive: true });
    await writeFiles(few, { '5.png': greyPng(8, 100) });
    expect(rangeOf((await load(few)).source)).toEqual([0, 255]);
  });

  it('of 8 bits is a range only for truth values', async () => {
    const grey = await load(await folderOf({ '0.png': greyPng(8, 0), '1.png': greyPng(8, 2) }));
    expect(rangeOf(grey.source)).toBeUndefined();
    const black = await load(await folderOf({ '0.png': greyPng(8, 0), '1.png': greyPng(8, 0) }));
    expect(rangeOf(black.source)).toBeUndefined();
    const masks = await load(await folderOf({ '0.png': greyPng(8, 0), '1.png': greyPng(8, 1) }));
    expect(rangeOf(masks.source)).toEqual([0, 1]);
    expect([masks.images.gather([0])[0], masks.images.gather([1])[0]]).toEqual([0, 255]);
    // A mask of 0 and 255 is one, too.
    const folder = await folderOf({ 'a.png': greyPng(8, 255), 'b.png': greyPng(8, 100) });
    const one = { width: 8, height: 8, channels: 1 } as const;
    expect((await loadImage(join(folder, 'a.png'), one, { range: [0, 1] }))[0]).toBe(255);
    expect((await loadImage(join(folder, 'b.png'), one, { range: [0, 1] }))[0]).toBe(100);
    expect((await loadImage(join(folder, 'b.png'), one, { range: [0, 200] }))[0]).toBe(128);
  });

  it('decides what is coloured', async () => {
    const dataset = await load(join(FOLDER, 'tiff-rgb-12bit'));
    expect(dataset.shape.channels).toBe(3);
  });
});

describe('the rules 1', () => {
  it('keep the upper eight of 16 bits, and the values 0 and 1', async () => {
    for (const name of ['png-12bit', 'png-masks', 'tiff-10bit', 'tiff-rgb-12bit']) {
      const old = await load(join(FOLDER, name), { rules: 1 }, { channels: 1 });
      const expected = await Promise.all(
        ['0', '1'].map(async (number) => {
          const image = await decodeImage(readFileSync(join(FOLDER, name, `${number}.${name.slice(0, 3)}`)));
          return image.data[0]!;
        }),
      );
      if (name !== 'tiff-rgb-12bit')
        expect([old.images.gather([0])[0], old.images.gather([1])[0]]).toEqual(expected);
      expect(Math.max(...old.images.resident!)).toBeLessThanOrEqual(15);
      expect(rangeOf(old.source)).toBeUndefined();
      expect(textsOf(old)).toEqual([expect.stringMatching(/nearly nothing can be seen|are black/)]);
    }
    const other = await folderOf({ 'a.png': greyPng(8, 9), 'b.png': greyPng(8, 90) });
    await cp(join(FOLDER, 'tiff-float/0.tif'), join(other, 'c.tif'));
    const { count, skipped } = await load(other, { rules: 1 });
    expect({ count, skipped: skipped.map(({ path }) => path) }).toEqual({ count: 2, skipped: ['c.tif'] });
    for (const name of ['truth-uint8.npy', 'truth-int64.npy', 'shapes.npz']) {
      const old = await load(join(FOLDER, name), { rules: 1 });
      expect(new Set(old.images.resident)).toEqual(new Set([0, 1]));
    }
  });
});

describe('arrays', () => {
  it('of bytes stay in their file, except truth values', async () => {
    const bytes = await load(join(FOLDER, 'bytes.npy'), {}, { residentLimit: 0 });
    expect(bytes.images).toMatchObject({ resident: null, parts: [{ path: join(FOLDER, 'bytes.npy') }] });
    const cache = await temporaryFolder();
    const truth = await load(join(FOLDER, 'truth-uint8.npy'), {}, { residentLimit: 0, cache });
    expect((truth.images as unknown as { parts: { path: string }[] }).parts[0]!.path).toContain(cache);
    expect(new Set(truth.images.range(0, 2))).toEqual(new Set([0, 255]));
  });

  it('are IDX files, too', async () => {
    const truth = Uint8Array.from({ length: 160 }, (_, i) => i % 2);
    const folder = await folderOf({ 'x-idx3-ubyte': idx([10, 4, 4], truth) });
    const uri = pathToFileURL(join(folder, 'x-idx3-ubyte')).href;
    const dataset = await loadDataset({ kind: 'idx', uri });
    expect([...dataset.images.resident!.subarray(0, 3)]).toEqual([0, 255, 0]);
    expect(dataset.source).toMatchObject({ range: [0, 1] });
    const old = await loadDataset({ kind: 'idx', uri, rules: 1 });
    expect([...old.images.resident!.subarray(0, 3)]).toEqual([0, 1, 0]);
  });

  it('of half precision have its small numbers and its signs', async () => {
    // numpy.array([0, -0, 2**-24, 2**-14, 1, -2, 65504, 0.333251953125], 'float16').view('uint16')
    const bits = Uint16Array.of(0, 0x8000, 1, 0x0400, 0x3c00, 0xc000, 0x7bff, 0x3555);
    const data = bytesOf(Uint16Array.from({ length: 16 }, (_, i) => bits[i % 8]!));
    const dataset = await loadDataset(sourceOf(await arrayOf('<f2', data, [1, 4, 4]), { range: [-2, 2] }));
    expect([...dataset.images.resident!.subarray(0, 8)]).toEqual([128, 128, 128, 128, 191, 0, 255, 149]);
  });

  const floats = (...values: number[]) =>
    bytesOf(Float32Array.from({ length: 16 }, (_, i) => values[i % values.length]!));
  it.each<[string, string, Uint8Array, RegExp]>([
    [
      'of dark floats',
      '<f4',
      floats(0, 16),
      /from 0 to 16, expected 0 to 1, -1 to 1 or 0 to 255; .*data\.range=0,16/,
    ],
    [
      'of standardised floats',
      '<f4',
      floats(-2.5, 2.75),
      /got values from -2\.5 to 2\.75.*data\.range=-2\.5,2\.75/,
    ],
    ['of floats far beyond 1', '<f4', floats(0, 1.002), /from 0 to 1\.002, expected/],
    ['of floats below 0 and beyond 1', '<f4', floats(-0.001, 1.5), /from -0\.001 to 1\.5, expected/],
    ['of large floats', '<f4', floats(0, 4095), /data\.range=0,4095/],
    ['with NaN', '<f4', floats(0, 1, NaN, 1), /a\.npy: 4 of 16 values are NaN or infinite, expected finite/],
    ['with infinity', '<f4', floats(0, -Infinity), /8 of 16 values are NaN or infinite/],
    ['with halves that are no numbers', '<f2', bytesOf(new Uint16Array(16).fill(0x7c00)), /16 of 16 values/],
    ['of wrong truth values', '|b1', new Uint8Array(16).fill(7), /truth values: got values from 7 to 7/],
  ])('%s are refused with the setting that reads them, or the reason', async (_, descr, data, message) => {
    const path = await arrayOf(descr, data, [1, 4, 4]);
    await expect(loadDataset(sourceOf(path))).rejects.toThrow(message);
    await expect(loadDataset(sourceOf(path))).rejects.toMatchObject({ name: 'DataError' });
  });
});

describe('a PNG of 16 bits', () => {
  it('has the transparent colour of its own depth', async () => {
    // Grey 7, not 263 (0x0107), whose low byte is the same.
    const line = Uint8Array.of(0, 0, 7, 0, 8, 1, 7, 0, 7);
    const grey = await decodeImage(
      rawPng({
        width: 4,
        height: 1,
        bitDepth: 16,
        colourType: 0,
        lines: line,
        chunks: [['tRNS', Uint8Array.of(0, 7)]],
      }),
      2,
      new StoredScale(null),
    );
    expect([3, 7, 11, 15].map((at) => grey.data[at])).toEqual([0, 255, 255, 0]);
    // A key of another length is none.
    const none = await decodeImage(
      rawPng({
        width: 4,
        height: 1,
        bitDepth: 16,
        colourType: 0,
        lines: line,
        chunks: [['tRNS', Uint8Array.of(7)]],
      }),
      2,
      new StoredScale(null),
    );
    expect([3, 7, 11, 15].map((at) => none.data[at])).toEqual([255, 255, 255, 255]);
  });
});

describe('files that hold no usable numbers', () => {
  it('are skipped with the reason, and decide nothing', async () => {
    const folder = await temporaryFolder();
    await cp(join(FOLDER, 'tiff-float'), folder, { recursive: true });
    const { fingerprint } = await load(folder);
    const tiff = readFileSync(join(FOLDER, 'tiff-half/0.tif'));
    const nan = Buffer.from(tiff);
    // The strip lies at the end of the file.
    nan.writeUInt16LE(0x7e00, nan.length - 2);
    await writeFiles(folder, { 'z.tif': nan });
    const dataset = await load(folder);
    expect(dataset.fingerprint).toBe(fingerprint);
    expect(dataset.skipped).toEqual([
      { path: 'z.tif', reason: expect.stringMatching(/^1 of its values are NaN or infinite/) as string },
    ]);
  });

  it('are PNGs of 16 bits with broken or too little data', async () => {
    const good = { width: 8, height: 8, bitDepth: 16, colourType: 0, lines: new Uint8Array(8 * 17).fill(0) };
    const files = {
      'a.png': rawPng(good),
      'b.png': rawPng(good),
      'c.png': rawPng(good),
      'short.png': rawPng({ ...good, lines: good.lines.subarray(1) }),
      'filter.png': rawPng({ ...good, lines: good.lines.with(0, 9) }),
      'type.png': rawPng({ ...good, colourType: 3 }),
    };
    const { skipped } = await load(await folderOf(files));
    expect(skipped.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      'filter.png: broken PNG: filter 9, expected 0 to 4',
      'short.png: broken PNG: 135 bytes of pixel data, expected 136',
      'type.png: broken PNG: 16 bits of colour type 3, compression 0, filters 0, interlace 0',
    ]);
  });
});
