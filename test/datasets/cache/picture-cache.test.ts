import { mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { loadImageFiles } from '../../../src/datasets/image-files/load-image-files';
import { loadDataset } from '../../../src/datasets/load';
import type { LoadOptions } from '../../../src/datasets/load';
import { pruneCache } from '../../../src/datasets/cache/picture-cache-prune';
import { greyPng, pngChunk, temporaryFolder, writeFiles } from '../fixtures';
import type { ImageFile } from '../../../src/images/image-file';

const EARLIER = new Date(Date.now() - 3600_000);
/** Text in a picture, that a folder of few of them is worth a cache. */
const WEIGHT = pngChunk('tEXt', new Uint8Array(2 ** 20));

function heavyPng(grey: number): Uint8Array {
  const png = greyPng(8, grey);
  return Buffer.concat([png.subarray(0, 33), WEIGHT, png.subarray(33)]);
}

const GOOD = Object.fromEntries([10, 20, 30, 40].map((grey) => [`cats/${grey}.png`, heavyPng(grey)]));
const MIXED = { ...GOOD, 'dogs/5.png': heavyPng(5).subarray(0, 500), 'dogs/50.png': greyPng(8, 50) };

/** Files that were written long enough ago, and an empty cache. */
async function place(files: Readonly<Record<string, Uint8Array>>) {
  const root = await temporaryFolder();
  const folder = join(root, 'images');
  await writeFiles(folder, files);
  for (const path of Object.keys(files)) await utimes(join(folder, path), EARLIER, EARLIER);
  return { folder, cache: join(root, 'cache') };
}

const load = (folder: string, options: LoadOptions): Promise<Dataset> =>
  loadDataset({ kind: 'folder', uri: pathToFileURL(folder).href }, options);

/** All that a dataset says and holds. */
function contents(dataset: Dataset) {
  const { images, ...rest } = dataset;
  const ids = Array.from({ length: dataset.count }, (_, i) => dataset.id(i));
  return { ...rest, source: null, id: null, ids, rows: images.range(0, dataset.count) };
}

const entries = async (cache: string) => readdir(join(cache, 'pictures')).catch(() => []);

describe('the cache of decoded pictures', () => {
  it('gives what decoding gives, labels and skipped files included', async () => {
    const { folder, cache } = await place(MIXED);
    const plain = contents(await load(folder, {}));
    expect(plain.skipped).toHaveLength(1);
    for (const residentLimit of [undefined, 0]) {
      const options = { cache: `${cache}-${residentLimit}`, residentLimit };
      const first = await load(folder, options);
      expect(await entries(options.cache)).toHaveLength(1);
      const second = await load(folder, options);
      expect(contents(first)).toEqual(plain);
      expect(contents(second)).toEqual(plain);
      for (const { images } of [first, second]) expect(images.resident === null).toBe(residentLimit === 0);
    }
  });

  it('with a broken file equals the folder without it', async () => {
    const { folder, cache } = await place({ ...GOOD, 'cats/15.png': new Uint8Array(2 ** 20) });
    const clean = await place(GOOD);
    const expected = await load(clean.folder, {});
    for (let start = 0; start < 2; start++) {
      const dataset = await load(folder, { cache });
      expect(dataset.fingerprint).toBe(expected.fingerprint);
      expect(contents(dataset).rows).toEqual(contents(expected).rows);
      expect(dataset.skipped).toHaveLength(1);
    }
  });

  it('spares decoding for as long as the files, and what is wanted of them, are the same', async () => {
    const { folder, cache } = await place({ 'a.bin': new Uint8Array(2 ** 23) });
    const container = join(folder, 'a.bin');
    let reads = 0;
    const images = [7, 8].map((grey): ImageFile => {
      const read = () => (reads++, Promise.resolve(greyPng(8, grey)));
      return { id: `a#${grey}`, path: `a#${grey}`, read };
    });
    const readsOf = async (options: LoadOptions, of = images) => {
      reads = 0;
      const { count } = await loadImageFiles('a', of, [container], { cache, ...options });
      expect(count).toBe(of.length);
      return reads;
    };
    expect(await readsOf({})).toBeGreaterThan(0);
    expect(await readsOf({})).toBe(0);
    expect(await readsOf({ width: 4 })).toBeGreaterThan(0);
    expect(await readsOf({ width: 4 })).toBe(0);
    expect(await readsOf({}, images.slice(1))).toBeGreaterThan(0);
    expect(await readsOf({})).toBe(0);
    // The same size at another time.
    const later = new Date(EARLIER.getTime() + 1000);
    await utimes(container, later, later);
    expect(await readsOf({})).toBeGreaterThan(0);
    expect(await readsOf({})).toBe(0);
    // May be written again within the resolution of its times.
    await utimes(container, new Date(), new Date());
    expect(await readsOf({})).toBeGreaterThan(0);
    expect(await readsOf({})).toBeGreaterThan(0);
  });

  it('serves archives, too', async () => {
    const { folder, cache } = await place({ 'a.zip': zipSync(MIXED, { level: 0 }) });
    const source = { kind: 'zip', uri: pathToFileURL(join(folder, 'a.zip')).href } as const;
    const plain = contents(await loadDataset(source));
    expect(contents(await loadDataset(source, { cache }))).toEqual(plain);
    expect(await entries(cache)).toHaveLength(1);
    expect(contents(await loadDataset(source, { cache }))).toEqual(plain);
  });

  it.each<[string, (entry: string) => Promise<void>]>([
    ['rows that were cut', (entry) => truncate(join(entry, 'rows.bin'), 100)],
    ['rows that were changed', (entry) => changeRows(entry, null)],
    ['rows that changed by themselves', (entry) => changeRows(entry, EARLIER)],
    ['no rows', (entry) => truncate(join(entry, 'rows.bin'), 0)],
    ['an index that was cut', (entry) => truncate(join(entry, 'index.json'), 40)],
    ['an index of another kind', (entry) => writeFile(join(entry, 'index.json'), '[1]')],
    ['an index of nothing', (entry) => writeFile(join(entry, 'index.json'), 'null')],
    [
      'an index that skips a picture twice',
      (entry) =>
        changeIndex(entry, {
          skipped: [
            [4, ''],
            [4, ''],
          ],
          count: 4,
        }),
    ],
    ['an index of a later version', (entry) => changeIndex(entry, { version: 1000 })],
  ])('is made anew when it has %s', async (what, damage) => {
    // Rows that are not read at the start are believed for as long as their file was not written to.
    for (const residentLimit of what.endsWith('by themselves') ? [undefined] : [undefined, 0]) {
      const { folder, cache } = await place(MIXED);
      const plain = contents(await load(folder, { cache, residentLimit }));
      const [name] = await entries(cache);
      const entry = join(cache, 'pictures', name!);
      const whole = await readFile(join(entry, 'rows.bin'));
      await damage(entry);
      expect(contents(await load(folder, { cache, residentLimit }))).toEqual(plain);
      expect(Buffer.compare(await readFile(join(entry, 'rows.bin')), whole)).toBe(0);
      expect(contents(await load(folder, { cache, residentLimit }))).toEqual(plain);
    }
  });

  it('is no obstacle where it cannot be written, unless the rows fit nowhere else', async () => {
    const { folder } = await place({ ...MIXED, 'a-file': new Uint8Array() });
    const cache = join(folder, 'a-file');
    expect(contents(await load(folder, { cache }))).toEqual(contents(await load(folder, {})));
    await expect(load(folder, { cache, residentLimit: 0 })).rejects.toThrow(
      /cannot keep the decoded images there/,
    );
  });

  it('is left alone by small folders, and left clean by a load that is stopped', async () => {
    const small = await place({ 'a.png': greyPng(8, 1) });
    await load(small.folder, small);
    expect(await entries(small.cache)).toEqual([]);
    const { folder, cache } = await place(MIXED);
    const controller = new AbortController();
    const onProgress = (done: number) => (done === 3 ? controller.abort() : undefined);
    const stopped = load(folder, { cache, residentLimit: 0, onProgress, signal: controller.signal });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await entries(cache)).toEqual([]);
  });
});

async function changeRows(entry: string, time: Date | null): Promise<void> {
  const path = join(entry, 'rows.bin');
  const rows = await readFile(path);
  rows[70]! ^= 4;
  await writeFile(path, rows);
  if (!time) return;
  await utimes(path, time, time);
  const { mtimeNs } = await stat(path, { bigint: true });
  await changeIndex(entry, { written: String(mtimeNs) });
}

async function changeIndex(entry: string, change: object): Promise<void> {
  const path = join(entry, 'index.json');
  const index = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, JSON.stringify({ ...index, ...change }));
}

describe('pruning', () => {
  const DAY = 24 * 3600_000;
  const name = (digit: string) => digit.repeat(64);

  async function entry(root: string, digit: string, days: number): Promise<void> {
    await writeFiles(join(root, name(digit)), { 'rows.bin': new Uint8Array(1000), 'index.json': '{}' });
    const used = new Date(Date.now() - days * DAY);
    await utimes(join(root, name(digit), 'index.json'), used, used);
  }

  it('takes away what was used longest ago, down to the limit, but nothing of this week and nothing foreign', async () => {
    const root = await temporaryFolder();
    for (const [digit, days] of [
      ['a', 9],
      ['b', 30],
      ['c', 8],
      ['d', 1],
      ['e', 20],
    ] as const)
      await entry(root, digit, days);
    await writeFiles(root, {
      'notes.txt': 'mine',
      [`${name('e')}/notes.txt`]: 'mine',
      'folder/rows.bin': 'mine',
    });
    await pruneCache(root, name('c'), 2100);
    const left = (await readdir(root)).sort();
    expect(left).toEqual([name('c'), name('d'), name('e'), 'folder', 'notes.txt'].sort());
    expect(await readdir(join(root, name('e')))).toEqual(['notes.txt']);
    await pruneCache(root, name('f'), 0);
    expect((await readdir(root)).sort()).toEqual([name('d'), name('e'), 'folder', 'notes.txt'].sort());
  });

  it('takes away what a dead process left, after a day', async () => {
    const root = await temporaryFolder();
    const [old, young] = [`${name('a')}.abc123`, `${name('a')}.def456`];
    for (const partial of [old, young]) await writeFiles(join(root, partial), { 'rows.bin': 'x' });
    await mkdir(join(root, 'b.abc123'));
    const before = new Date(Date.now() - 2 * DAY);
    for (const folder of [old, 'b.abc123']) await utimes(join(root, folder), before, before);
    await pruneCache(root, name('f'));
    expect((await readdir(root)).sort()).toEqual([young, 'b.abc123'].sort());
  });
});
