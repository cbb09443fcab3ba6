import { mkdir, readFile, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it, test } from 'vitest';
import type { InterpolationModel } from '../../../src/host/interpolation/interpolation';
import { interpolationHandlers } from '../../../src/host/interpolation/interpolation-handlers';
import type { InterpolationServices } from '../../../src/host/interpolation/interpolation-handlers';
import { isInDataset, pathFolder, savePathFile } from '../../../src/host/interpolation/save-path';
import { writeConfig } from '../../../src/runs/store';
import { config, t, useFolder } from '../support';

const folder = useFolder();
let run: string;
beforeEach(async () => {
  run = join(await realpath(folder.path()), '.vae/runs/run');
  await mkdir(run, { recursive: true });
});

const NAMES = ['digits/Zero 07.png', 'three.png', 'eight.png'];
const file = (text: string) => ({ name: 'path', extension: 'gif', bytes: Buffer.from(text) });

test.each([
  [NAMES, 'path-zero-07-to-eight'],
  [['a.png', 'b.tar.png'], 'path-a-to-b-tar'],
  [['Point 1', 'Point 12'], 'path-point-1-to-point-12'],
  [['数字.png', 'Ärger.png'], 'path-数字-to-ärger'],
  [['../../etc/passwd', '..'], 'path-passwd-to-image'],
  [['<b>.png', '\u202egnp.png'], 'path-b-to-gnp'],
  [['x'.repeat(300), 'y'], `path-${'x'.repeat(40)}-to-y`],
])('the folder of %j', (names, expected) => {
  expect(pathFolder(names)).toBe(expected);
});

it('saves in the folder of the run, beside what is there', async () => {
  const first = await savePathFile(run, NAMES, file('one'));
  expect(first).toBe(join(run, 'pictures/path-zero-07-to-eight/path.gif'));
  const second = await savePathFile(run, NAMES, file('two'));
  expect(second).toBe(join(run, 'pictures/path-zero-07-to-eight/path-2.gif'));
  expect([await readFile(first, 'utf8'), await readFile(second, 'utf8')]).toEqual(['one', 'two']);
});

it.skipIf(process.platform === 'win32')('follows no link out of the run', async () => {
  const elsewhere = join(folder.path(), 'elsewhere');
  await mkdir(elsewhere);
  await symlink(elsewhere, join(run, 'pictures'));
  await expect(savePathFile(run, NAMES, file('x'))).rejects.toThrow('pictures is a link');
});

describe('the dataset', () => {
  const trainOn = (images: string): Promise<void> =>
    writeConfig(
      run,
      config({
        data: { ...config().data, source: { kind: 'folder', rules: 2, uri: pathToFileURL(images).href } },
      }),
    );

  it('has what lies in its folder, but for hidden folders', async () => {
    const root = await realpath(folder.path());
    const images = join(root, 'images');
    await mkdir(images);
    await trainOn(images);
    expect(await isInDataset(join(images, 'a.png'), run)).toBe(true);
    expect(await isInDataset(join(images, 'sub', 'a.png'), run)).toBe(true);
    expect(await isInDataset(join(root, 'images.png'), run)).toBe(false);
    expect(await isInDataset(join(images, '.vae', 'a.png'), run)).toBe(false);
    await writeConfig(run, config());
    expect(await isInDataset(join(images, 'a.png'), run)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('has what a link leads into', async () => {
    const root = await realpath(folder.path());
    await mkdir(join(root, 'images'));
    await symlink(join(root, 'images'), join(root, 'link'));
    await trainOn(join(root, 'images'));
    expect(await isInDataset(join(root, 'link', 'a.png'), run)).toBe(true);
  });
});

describe('the view', () => {
  const services = (runFolder: string, shown: string[] = []): InterpolationServices => ({
    interpolation: {
      subject: { runFolder, names: NAMES },
      file: () => Buffer.from('{}'),
      waiting: { runFolder, waypoints: 3 },
    } as unknown as InterpolationModel,
    execute: () => undefined,
    pickWaypoint: () => Promise.resolve(undefined),
    openImage: () => Promise.resolve(),
    runName: (path) => `name of ${path.endsWith('run') ? 'run' : path}`,
    shortPath: (path) => path.slice(folder.path().length + 1),
    reveal: (path) => Promise.resolve(void shown.push(path)),
    copyFile: (path) => Promise.resolve(shown.push(path) > 0),
    mayStartEngine: () => true,
    t,
  });
  const { signal } = new AbortController();

  it('is told where a file is, and shows that file', async () => {
    await writeConfig(run, config());
    const shown: string[] = [];
    const handlers = interpolationHandlers(services(run, shown));
    await expect(handlers.revealSaved({}, signal)).rejects.toThrow('no file has been saved yet');
    const { path } = await handlers.savePoints({ kind: 'linear', format: 'json' }, signal);
    expect(path).toMatch(/^\.vae.runs.run.pictures.path-zero-07-to-eight.path-linear\.json$/);
    await handlers.revealSaved({}, signal);
    expect(await handlers.copySaved({}, signal)).toBe(true);
    expect(shown).toEqual([join(folder.path(), path), join(folder.path(), path)]);
    expect(await handlers.waiting({}, signal)).toEqual({ run: 'name of run', waypoints: 3 });
  });

  it('saves nothing where the folder of runs is in the dataset', async () => {
    const inside = join(folder.path(), 'images', 'runs', 'run');
    await mkdir(inside, { recursive: true });
    const source = {
      kind: 'folder',
      rules: 2,
      uri: pathToFileURL(join(folder.path(), 'images')).href,
    } as const;
    await writeConfig(inside, config({ data: { ...config().data, source } }));
    const handlers = interpolationHandlers(services(inside));
    await expect(handlers.savePoints({ kind: 'linear', format: 'json' }, signal)).rejects.toThrow(
      /is in the dataset.*Move the folder of runs out of it/,
    );
  });
});
