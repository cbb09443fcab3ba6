/** Pages of TIFFs and frames of animations, against Pillow and tifffile: see test/fixtures/make_several.py. */
import { readFileSync } from 'node:fs';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { loadDataset, loadImage } from '../../../src/datasets/load';
import { inspectDataset } from '../../../src/datasets/inspect';
import { imageSize } from '../../../src/images/image-shape';
import { flatten } from '../../../src/images/flatten';
import type { ReadingChoice } from '../../../src/domain/reading';
import { greyPng, pngChunk, temporaryFolder, writeFiles } from '../fixtures';
import { zipOf } from '../zip-fixture';

interface Several {
  readonly name: string;
  readonly file: string;
  readonly pictures: readonly { readonly size: readonly [number, number]; readonly pixels: string }[];
}

const ALL = JSON.parse(readFileSync(join(__dirname, '../../fixtures/several.json'), 'utf8')) as Several[];
const fileOf = (name: string): Buffer => Buffer.from(ALL.find((one) => one.name === name)!.file, 'base64');

async function folderOf(files: Readonly<Record<string, Uint8Array>>, reading: ReadingChoice = {}) {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return { kind: 'folder', uri: pathToFileURL(folder).href, ...reading } as const;
}

const idsOf = (dataset: Pick<Dataset, 'count' | 'id'>): string[] =>
  Array.from({ length: dataset.count }, (_, i) => dataset.id(i));

/** Pixels as the dataset has them: over white. */
function shown({ size: [width, height], pixels }: Several['pictures'][number]): Uint8Array {
  return flatten({ width, height, data: Buffer.from(pixels, 'base64') }, 3);
}

describe.each(ALL)('$name', ({ name, file, pictures }) => {
  const [width, height] = pictures[0]!.size;
  const options = { width, height, channels: 3 } as const;
  const isStack = name.endsWith('.tif') && pictures.length > 1 && name !== 'sizes.tif';

  it('has the pictures that Pillow or tifffile show, if all are read', async () => {
    const source = await folderOf({ [name]: Buffer.from(file, 'base64') }, { pages: 'all', fit: 'stretch' });
    const dataset = await loadDataset(source, options);
    expect(idsOf(dataset)).toEqual(pictures.length === 1 ? [name] : pictures.map((_, i) => `${name}#${i}`));
    for (const [i, picture] of pictures.entries()) {
      if (picture.size.join() !== [width, height].join()) continue;
      const expected = shown(picture);
      const got = dataset.images.gather([i]);
      const worst = expected.reduce((most, value, k) => Math.max(most, Math.abs(value - got[k]!)), 0);
      expect(worst, `picture ${i}`).toBeLessThanOrEqual(1);
    }
  });

  it('is read as a stack, or as its first picture, and says so', async () => {
    const source = await folderOf({ [name]: Buffer.from(file, 'base64') });
    const dataset = await loadDataset(source, options);
    expect(idsOf(dataset)).toEqual(isStack ? pictures.map((_, i) => `${name}#${i}`) : [name]);
    const notes = dataset.notes.filter(({ subject }) => subject === 'pages');
    if (pictures.length === 1) expect(notes).toEqual([]);
    else {
      const text = expect.stringContaining(`${name} (${pictures.length} `) as string;
      expect(notes).toMatchObject([{ level: 'info', text }]);
    }
    const first = await loadDataset({ ...source, pages: 'first' }, options);
    expect(idsOf(first)).toEqual([name]);
    expect(first.images.gather([0])).toEqual(dataset.images.gather([0]));
    expect(await loadImage(join(new URL(source.uri).pathname, name), { ...options })).toEqual(
      first.images.gather([0]),
    );
  });
});

describe('several pictures in a file', () => {
  it('come from the cache with the same ids, pixels and notes', async () => {
    const png = greyPng(12, 5);
    const heavy = Buffer.concat([
      png.subarray(0, 33),
      pngChunk('tEXt', new Uint8Array(5 * 2 ** 20)),
      png.subarray(33),
    ]);
    const files = { 'a.png': heavy, 'move.gif': fileOf('deltas.gif'), 'stack.tif': fileOf('stack.tif') };
    const source = await folderOf(files);
    for (const name of Object.keys(files)) await utimes(new URL(`${source.uri}/${name}`), 1e9, 1e9);
    const cache = await temporaryFolder();
    const options = { width: 8, cache };
    const first = await loadDataset(source, options);
    expect(await readdir(join(cache, 'pictures'))).toHaveLength(1);
    let calls = 0;
    const again = await loadDataset(source, { ...options, onProgress: () => calls++ });
    // It is called once when nothing is decoded.
    expect(calls).toBe(1);
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(again.notes).toEqual(first.notes);
    expect(first.notes.map(({ subject }) => subject)).toEqual(['pages', 'pages', 'sizes']);
    const all = await loadDataset({ ...source, pages: 'all' }, options);
    expect(all.count).toBe(10);
    expect(await readdir(join(cache, 'pictures'))).toHaveLength(2);
  });

  it('are read alike from folders and archives, with the same notes', async () => {
    const files = {
      'a/stack.tif': fileOf('stack.tif'),
      'b/one.png': greyPng(12, 5),
      'b/move.gif': fileOf('deltas.gif'),
      'b/stack.tif': fileOf('stack-deflate.tif'),
    };
    const source = await folderOf(files, { pages: 'all' });
    const options = { width: 8, height: 8 };
    const dataset = await loadDataset(source, options);
    expect(idsOf(dataset)).toEqual([
      ...[0, 1, 2, 3].map((page) => `a/stack.tif#${page}`),
      ...[0, 1, 2, 3, 4].map((page) => `b/move.gif#${page}`),
      'b/one.png',
      ...[0, 1, 2, 3].map((page) => `b/stack.tif#${page}`),
    ]);
    expect(dataset.labels).toMatchObject({ names: ['a', 'b'] });
    expect([...dataset.labels!.values]).toEqual([0, 0, 0, 0, ...new Array<number>(10).fill(1)]);
    const archive = await temporaryFolder();
    await writeFiles(archive, { 'all.zip': zipOf(Object.entries(files)) });
    const packed = await loadDataset(
      { kind: 'zip', uri: pathToFileURL(join(archive, 'all.zip')).href, pages: 'all' },
      options,
    );
    expect(idsOf(packed)).toEqual(idsOf(dataset).map((id) => `all.zip#${id}`));
    expect(packed.images.resident).toEqual(dataset.images.resident);
    const inside = (text: string): string => text.replace('all.zip#', '');
    expect(packed.notes.map(({ text }) => inside(text))).toEqual(dataset.notes.map(({ text }) => text));
  });

  it('are counted by inspect', async () => {
    const found = await inspectDataset(await folderOf({ 'stack.tif': fileOf('stack.tif') }), { width: 9 });
    expect(found.count).toBe(4);
    expect(found.originals.sizes).toEqual([{ width: 12, height: 9, count: 4 }]);
  });

  it('can be left out one by one', async () => {
    const source = await folderOf({ 'stack.tif': fileOf('stack.tif'), 'a.png': greyPng(9, 3) });
    const dataset = await loadDataset({ ...source, leftOut: ['stack.tif#1', 'stack.tif#3'] }, { width: 9 });
    expect(idsOf(dataset)).toEqual(['a.png', 'stack.tif#0', 'stack.tif#2']);
    expect(idsOf(await loadDataset({ ...source, leftOut: ['stack.tif'] }, { width: 9 }))).toEqual(['a.png']);
  });

  it('are one by the rules 1', async () => {
    const files = { 'move.gif': fileOf('deltas.gif'), 'stack.tif': fileOf('stack.tif') };
    const dataset = await loadDataset(await folderOf(files, { rules: 1, pages: 'all' }), { width: 8 });
    expect(idsOf(dataset)).toEqual(['move.gif', 'stack.tif']);
    expect(dataset.notes.filter(({ subject }) => subject === 'pages')).toEqual([]);
  });

  it('keep to their file where another is called like one of them', async () => {
    const files = {
      'a.tif': fileOf('stack.tif'),
      'a.tif#2.png': greyPng(9, 1),
      'b.tif': fileOf('stack.tif'),
    };
    const dataset = await loadDataset(await folderOf(files), { width: 9 });
    expect(new Set(idsOf(dataset)).size).toBe(dataset.count);
  });

  it('cost nothing but themselves if one is broken', async () => {
    const bytes = fileOf('stack.tif');
    // The strip of the third page lies behind the end of the file.
    const whole = await loadDataset(await folderOf({ 'stack.tif': bytes }), { width: 12, height: 9 });
    const strips = [...Array(bytes.length - 12).keys()].filter(
      (i) =>
        bytes.readUInt16LE(i) === 273 && bytes.readUInt16LE(i + 2) === 4 && bytes.readUInt32LE(i + 4) === 1,
    );
    expect(strips).toHaveLength(4);
    const broken = Buffer.from(bytes);
    broken.writeUInt32LE(0x7fffffff, strips[2]! + 8);
    const dataset = await loadDataset(await folderOf({ 'stack.tif': broken }), { width: 12, height: 9 });
    expect(idsOf(dataset)).toEqual(['stack.tif#0', 'stack.tif#1', 'stack.tif#3']);
    expect(dataset.skipped).toMatchObject([
      { path: 'stack.tif#2', reason: expect.stringMatching(/^truncated TIFF/) as string },
    ]);
    expect(dataset.images.gather([2])).toEqual(whole.images.gather([3]));
  });

  it('end where directories form a circle, or lie outside of the file', async () => {
    const bytes = fileOf('stack.tif');
    const first = bytes.readUInt32LE(4);
    const nextAt = (directory: number): number => directory + 2 + 12 * bytes.readUInt16LE(directory);
    const second = bytes.readUInt32LE(nextAt(first));
    for (const next of [first, second, 0x7ffffff0]) {
      const broken = Buffer.from(bytes);
      broken.writeUInt32LE(next, nextAt(second));
      const dataset = await loadDataset(await folderOf({ 'stack.tif': broken }), { width: 12, height: 9 });
      expect(idsOf(dataset)).toEqual(['stack.tif#0', 'stack.tif#1']);
      expect(dataset.notes).toContainEqual({
        ...{ subject: 'pages', level: 'warning' },
        text: expect.stringContaining('stack.tif (2 pages)') as string,
      });
    }
  });

  it('names the page that a file does not have', async () => {
    const source = await folderOf({ 'stack.tif': fileOf('stack.tif'), 'one.png': greyPng(9, 1) });
    const at = (name: string, page: number) =>
      loadImage(join(new URL(source.uri).pathname, name), { width: 12, height: 9, channels: 1 }, {}, page);
    const all = await loadDataset(source, { width: 12, height: 9, channels: 1 });
    expect(await at('stack.tif', 3)).toEqual(all.images.gather([4]).slice(-imageSize(all.shape)));
    await expect(at('stack.tif', 4)).rejects.toThrow('got the page 4 of a file that has 4, expected 0 to 3');
    await expect(at('one.png', 1)).rejects.toThrow('got the page 1 of a file that has 1, expected 0 to 0');
  });
});
