import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { loadDataset, loadImage } from '../../../src/datasets/load';
import type { LoadOptions } from '../../../src/datasets/load';
import { greyPng, jpeg, picture, rawPng, temporaryFolder, writeFiles } from '../fixtures';

const windows = process.platform === 'win32';

const load = (folder: string, options?: LoadOptions) =>
  loadDataset({ kind: 'folder', uri: pathToFileURL(folder).href }, options);
const idsOf = (dataset: Dataset) => Array.from({ length: dataset.count }, (_, i) => dataset.id(i));

describe('a folder of images', () => {
  it('is read with its sub-folders as labels', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'dogs/b.png': greyPng(8, 20),
      'cats/deep/a.png': greyPng(8, 10),
      'loose.png': greyPng(8, 30),
    });
    const dataset = await load(folder);
    expect(dataset).toMatchObject({ count: 3, shape: { width: 8, height: 8, channels: 1 }, skipped: [] });
    expect(idsOf(dataset)).toEqual(['cats/deep/a.png', 'dogs/b.png', 'loose.png']);
    expect(dataset.labels).toEqual({ names: ['cats', 'dogs'], values: Int32Array.of(0, 1, -1) });
    expect([
      dataset.images.resident![0],
      dataset.images.resident![64],
      dataset.images.resident![128],
    ]).toEqual([10, 20, 30]);
    expect(() => dataset.id(3)).toThrow(RangeError);
  });

  it('has no labels where it is flat', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.png': greyPng(8, 1) });
    expect((await load(folder)).labels).toBeUndefined();
  });

  it('chooses 32x32 for mixed or large pictures, and colour if there is any', async () => {
    const mixed = await temporaryFolder();
    await writeFiles(mixed, { 'a.png': greyPng(20, 1), 'b.png': greyPng(24, 2) });
    expect((await load(mixed)).shape).toEqual({ width: 32, height: 32, channels: 1 });
    const large = await temporaryFolder();
    await writeFiles(large, { 'a.jpg': await jpeg(100, 70, (x) => [x, 255 - x, 0]) });
    expect((await load(large)).shape).toEqual({ width: 32, height: 32, channels: 3 });
    const wide = await temporaryFolder();
    await writeFiles(wide, { 'a.png': picture({ width: 40, height: 20, channels: 3 }, () => 9) });
    expect((await load(wide)).shape).toEqual({ width: 40, height: 20, channels: 1 });
  });

  it('is brought to squares that a model is made for', async () => {
    const squares = { sides: [32, 64, 128], usual: 64 };
    const sideOf = async (...sizes: [width: number, height: number][]) => {
      const folder = await temporaryFolder();
      const files = sizes.map(([width, height], i) => {
        return [`${i}.png`, picture({ width, height, channels: 1 }, () => 9)] as const;
      });
      await writeFiles(folder, Object.fromEntries(files));
      const { width, height } = (await load(folder, { squares })).shape;
      expect(height).toBe(width);
      return width;
    };
    expect(await sideOf([28, 28], [28, 28])).toBe(32);
    expect(await sideOf([32, 32])).toBe(32);
    expect(await sideOf([100, 100])).toBe(128);
    // Only the centred square of a wide picture is left of it.
    expect(await sideOf([300, 60])).toBe(64);
    expect(await sideOf([200, 200])).toBe(64);
    expect(await sideOf([20, 20], [100, 100])).toBe(64);
  });

  it('takes the shape that is asked for', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.png': greyPng(20, 77) });
    const dataset = await load(folder, { width: 12, channels: 3 });
    expect(dataset.shape).toEqual({ width: 12, height: 12, channels: 3 });
    expect(dataset.images.resident!).toEqual(new Uint8Array(12 * 12 * 3).fill(77));
    await expect(load(folder, { width: 2000 })).rejects.toThrow('image width: got 2000, expected 4 to 1024');
  });

  it('skips and lists what it cannot use, and equals the folder without it', async () => {
    const good = {
      'a.png': greyPng(16, 5),
      'b.png': greyPng(16, 6),
      'c.jpg': await jpeg(16, 16, () => [70, 70, 70]),
      ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`g${i}.png`, greyPng(16, 100 + i)])),
    };
    const bad: Record<string, Uint8Array> = {
      'cut.jpg': (await jpeg(16, 16, (x, y) => [x * 16, y * 16, 0])).subarray(0, 400),
      'cut.png': greyPng(16, 1).subarray(0, 50),
      'empty.png': new Uint8Array(),
      'huge.png': rawPng({
        width: 30_000,
        height: 30_000,
        bitDepth: 8,
        colourType: 0,
        lines: new Uint8Array(),
      }),
      'page.jpg': Buffer.from('<html>not found</html>'),
      'vector.svg': Buffer.from('<svg/>'),
    };
    const clean = await temporaryFolder();
    await writeFiles(clean, good);
    const folder = await temporaryFolder();
    await writeFiles(folder, { ...good, ...bad });
    if (!windows) execFileSync('mkfifo', [join(folder, 'pipe.png')]);

    const dataset = await load(folder);
    const reasons = Object.fromEntries(dataset.skipped.map(({ path, reason }) => [path, reason]));
    expect(reasons).toEqual({
      'cut.jpg': 'truncated JPEG: the file ends after 400 bytes',
      'cut.png': 'truncated PNG: the file ends after 50 bytes',
      'empty.png': 'empty file: 0 bytes',
      'huge.png': 'too large: 30000 × 30000, limit 40 megapixels',
      'page.jpg': expect.stringMatching(/^not a PNG, .* image: it looks like HTML$/) as string,
      ...(windows ? {} : { 'pipe.png': 'not a regular file' }),
    });
    expect(dataset.notes.filter(({ subject }) => subject !== 'values').map(({ text }) => text)).toEqual([
      'not read: 1 SVG drawing (vector.svg): export them as PNG',
    ]);
    const expected = await load(clean);
    expect(dataset.fingerprint).toBe(expected.fingerprint);
    expect(dataset.images.resident!).toEqual(expected.images.resident!);
    for (const [path, content] of Object.entries({ ...good, ...bad })) {
      expect(Buffer.compare(await readFile(join(folder, path)), content)).toBe(0);
    }
  });

  it('stops if most files are unusable', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.png': greyPng(8, 1), 'b.png': '', 'c.png': '' });
    await expect(load(folder)).rejects.toThrow(
      /2 of 3 pictures cannot be used, expected at most half: b.png \(empty file: 0 bytes\), c.png/,
    );
    const none = await temporaryFolder();
    await writeFiles(none, { 'a.png': '' });
    await expect(load(none)).rejects.toThrow('1 of 1 pictures cannot be used');
  });

  it('says when it is missing or empty', async () => {
    const folder = await temporaryFolder();
    await expect(load(folder)).rejects.toThrow(/no images found; expected a folder with PNG, JPEG/);
    await expect(load(join(folder, 'gone'))).rejects.toThrow(/gone: not found/);
  });

  it('reports progress and stops when it is aborted', async () => {
    const folder = await temporaryFolder();
    await writeFiles(
      folder,
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.png`, greyPng(8, i)])),
    );
    const seen: number[] = [];
    const controller = new AbortController();
    const onProgress = (done: number, total: number) => {
      expect(total).toBe(20);
      seen.push(done);
      if (done === 5) controller.abort();
    };
    await expect(load(folder, { onProgress, signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('lets the event loop turn between files', async () => {
    const folder = await temporaryFolder();
    await writeFiles(
      folder,
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}.png`, greyPng(8, i)])),
    );
    let turns = 0;
    let going = true;
    const count = () => {
      turns++;
      if (going) setImmediate(count);
    };
    setImmediate(count);
    await load(folder);
    going = false;
    expect(turns).toBeGreaterThan(50);
  });

  it('gives a single file the bytes that the folder gave it', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'a.jpg': await jpeg(90, 60, (x, y) => [x * 2, y * 4, 128]),
      'b.png': greyPng(30, 200),
    });
    const dataset = await load(folder);
    const size = dataset.images.resident!.length / 2;
    for (const [i, name] of ['a.jpg', 'b.png'].entries()) {
      const alone = await loadImage(join(folder, name), dataset.shape);
      expect(alone).toEqual(dataset.images.resident!.slice(i * size, (i + 1) * size));
    }
  });

  it('treats hostile names as names', async () => {
    const folder = await temporaryFolder();
    const names = windows
      ? ['a b.png']
      : ['<img src=x onerror=alert(1)>.png', 'line\nbreak.png', '\u202egnp.exe.png'];
    await writeFiles(folder, Object.fromEntries(names.map((name) => [name, greyPng(8, 1)])));
    expect(idsOf(await load(folder)).sort()).toEqual([...names].sort());
  });
});

describe('the fingerprint', () => {
  it('is sha256 over shape, ids as JSON lines, and pixels', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.png': greyPng(4, 1), 'b.png': greyPng(4, 2) });
    const dataset = await load(folder);
    const text = '4x4x1 2\n"a.png"\n"b.png"\n';
    expect(dataset.fingerprint).toBe(
      createHash('sha256').update(text).update(dataset.images.resident!).digest('hex'),
    );
  });

  it('changes with a name, a pixel and the shape, not with labels or skipped files', async () => {
    const make = async (files: Record<string, Uint8Array>, options?: LoadOptions) => {
      const folder = await temporaryFolder();
      await writeFiles(folder, files);
      return (await load(folder, options)).fingerprint;
    };
    const base = { 'a.png': greyPng(8, 1), 'b.png': greyPng(8, 2) };
    const prints = [
      await make(base),
      await make({ 'a.png': greyPng(8, 1), 'c.png': greyPng(8, 2) }),
      await make({ ...base, 'b.png': greyPng(8, 3) }),
      await make(base, { width: 9 }),
    ];
    expect(new Set(prints).size).toBe(4);
    expect(await make({ ...base, 'bad.png': new Uint8Array() })).toBe(prints[0]);
  });
});
