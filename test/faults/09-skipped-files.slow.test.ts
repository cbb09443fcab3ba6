/** Row 9: a file that cannot be used changes nothing of the data or the run; it is counted, listed with the reason, and left as it is. */
import { copyFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/datasets/load';
import { listCheckpoints } from '../../src/runs/checkpoint';
import { readConfig } from '../../src/runs/store';
import { Cli, writeImages } from '../cli/support';
import { jpeg, picture, rawPng, temporaryFolder, writeFiles } from '../datasets/fixtures';
import { SMALL } from './support';

const IMAGES = 40;

/** Each would decide the size or the colour of all images, if its header were believed. */
async function unusable(): Promise<Record<string, { bytes: Uint8Array; reason: RegExp }>> {
  const red = picture({ width: 40, height: 24, channels: 3 }, (_, y, channel) =>
    channel === 0 ? 200 + y : 0,
  );
  const damaged = red.slice();
  damaged[damaged.length - 20]! ^= 0xff;
  const header = { bitDepth: 8, colourType: 0, lines: new Uint8Array() };
  return {
    '!zero.png': { bytes: new Uint8Array(), reason: /^empty file: 0 bytes$/ },
    '!cut.jpg': {
      bytes: (await jpeg(40, 24, (x, y) => [6 * x, 0, 9 * y])).subarray(0, 500),
      reason: /^truncated JPEG/,
    },
    '!cut.png': { bytes: red.subarray(0, red.length - 30), reason: /^truncated PNG/ },
    '!damaged.png': { bytes: damaged, reason: /^broken PNG/ },
    '!page.png': { bytes: Buffer.from('<!doctype html><title>404</title>'), reason: /looks like HTML$/ },
    '!nothing.png': { bytes: rawPng({ ...header, width: 0, height: 0 }), reason: /^empty picture: 0 × 0$/ },
    '!short.png': { bytes: rawPng({ ...header, width: 50, height: 50 }), reason: /^broken PNG/ },
    '!huge.png': { bytes: rawPng({ ...header, width: 30_000, height: 30_000 }), reason: /^too large/ },
  };
}

const load = (folder: string) => loadDataset({ kind: 'folder', uri: pathToFileURL(folder).href });

describe('the data', () => {
  it('is that of the folder without the file, whichever it is and wherever it lies', async () => {
    const folder = await temporaryFolder();
    await writeImages(folder, IMAGES, 12);
    const clean = await load(folder);
    expect(clean.shape).toEqual({ width: 12, height: 12, channels: 1 });
    for (const [name, { bytes, reason }] of Object.entries(await unusable())) {
      const root = await temporaryFolder();
      await writeImages(root, IMAGES, 12);
      await writeFile(join(root, name), bytes);
      const { fingerprint, count, shape, skipped } = await load(root);
      expect({ name, fingerprint, count, shape }).toEqual({
        ...{ name, count: IMAGES },
        ...{ fingerprint: clean.fingerprint, shape: clean.shape },
      });
      expect(skipped).toEqual([{ path: name, reason: expect.stringMatching(reason) as string }]);
    }
  });

  it('is grey although the images looked at for colour would be others with the file', async () => {
    const files: Record<string, Uint8Array> = {};
    const grey = picture({ width: 8, height: 8, channels: 1 }, (x) => x);
    const blue = picture({ width: 8, height: 8, channels: 3 }, (x, _, channel) => (channel === 2 ? 255 : x));
    // Of 200 images, every second one is looked at: the first, and so on.
    for (let i = 0; i < 200; i++) files[`${String(i).padStart(3, '0')}.png`] = i === 101 ? blue : grey;
    const clean = await temporaryFolder();
    await writeFiles(clean, files);
    const folder = await temporaryFolder();
    await writeFiles(folder, { ...files, '!zero.png': new Uint8Array() });
    expect((await load(folder)).fingerprint).toBe((await load(clean)).fingerprint);
  });

  it('has pictures that are only unusual: CMYK, 16 bits, the first frame of an animation', async () => {
    const folder = await temporaryFolder();
    const names = ['cmyk.jpg', 'grey16.png', 'palette-animated.gif', 'rgb-animated.png', 'rgb-animated.webp'];
    for (const name of names) await copyFile(join('test/fixtures/pictures', name), join(folder, name));
    expect(await load(folder)).toMatchObject({ count: names.length, skipped: [] });
  });
});

describe('a run', () => {
  let cli: Cli;
  beforeAll(async () => (cli = await Cli.build()));
  afterAll(() => cli.dispose());

  const train = (data: string) =>
    cli.run(['train', '--data', data, ...SMALL, '--samples', '2000', '--run', `run-${data}`]);

  it('is, byte for byte, the one that was trained without these files, and says what it skipped', async () => {
    await writeImages(cli.path('clean'), IMAGES, 12);
    await writeImages(cli.path('dirty'), IMAGES, 12);
    const bad = await unusable();
    await writeFiles(
      cli.path('dirty'),
      Object.fromEntries(Object.entries(bad).map(([name, { bytes }]) => [name, bytes])),
    );
    expect(await train('clean')).toMatchObject({ code: 0, stderr: '' });
    const { code, stderr } = await train('dirty');
    expect(code).toBe(0);
    const count = Object.keys(bad).length;
    expect(stderr).toContain(`skipped ${count} of ${IMAGES + count} files`);
    for (const name of Object.keys(bad)) expect(stderr).toContain(name);

    const [clean, dirty] = ['run-clean', 'run-dirty'].map((name) => cli.path(name)) as [string, string];
    const steps = await listCheckpoints(clean);
    expect(steps.length).toBeGreaterThan(0);
    expect(await listCheckpoints(dirty)).toEqual(steps);
    for (const step of steps) {
      const file = join('checkpoints', `${step}.safetensors`);
      const [a, b] = await Promise.all([clean, dirty].map((folder) => readFile(join(folder, file))));
      expect(a!.equals(b!), file).toBe(true);
    }
    const { data } = await readConfig(dirty);
    expect({ ...data, name: '', source: {} }).toEqual({
      ...(await readConfig(clean)).data,
      ...{ name: '', source: {} },
    });
    for (const [name, { bytes }] of Object.entries(bad))
      expect(Buffer.compare(await readFile(cli.path('dirty', name)), bytes), name).toBe(0);
    expect((await readdir(cli.path('dirty'))).length).toBe(IMAGES + count);
  });

  it('does not begin if more than half of the files are unusable', async () => {
    await writeImages(cli.path('bad'), 10);
    await writeFiles(
      cli.path('bad'),
      Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`bad${i}.png`, ''])),
    );
    const { code, stderr } = await train('bad');
    expect(code).toBe(2);
    expect(stderr).toContain('11 of 21 pictures cannot be used, expected at most half');
    await expect(readdir(cli.path('run-bad'))).rejects.toThrow('ENOENT');
  });
});
