/** Row 14: a run whose images were lost, changed or added to names them when it is resumed, and goes on in the way that is chosen. */
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { zipSync } from 'fflate';
import { Engines } from '../../src/host/engines/engines';
import { loadRunDataset } from '../../src/model/run-dataset';
import { splitDataset } from '../../src/datasets/split';
import { SPLIT_NAMES } from '../../src/domain/split';
import { imageProblemOf } from '../../src/runs/image-changes';
import type { ResumeChanges } from '../../src/runs/resume-changes';
import { IMAGES_FILE, readRunImages } from '../../src/runs/run-images';
import { readMetricLines, readMetrics } from '../../src/runs/metrics';
import { newestCheckpoint } from '../../src/runs/checkpoint';
import { readConfig, readRun, writeConfig } from '../../src/runs/store';
import { Cli, writeImages } from '../cli/support';
import type { Ended } from '../cli/support';
import { greyPng } from '../datasets/fixtures';
import { SMALL, until } from './support';

const IMAGES = 60;
const ENGINE = ['--engine', 'onnx', '--threads', '1'];
const SAMPLES = 3000;

let cli: Cli;
let photos: string;
let run: string;

beforeAll(async () => {
  cli = await Cli.build(['worker']);
  await writeImages(cli.path('originals'), IMAGES);
  await cp(cli.path('originals'), cli.path('photos'), { recursive: true });
  await pack(cli.path('originals'), cli.path('archive.zip'));
  for (const [data, name] of [
    ['photos', 'trained'],
    ['archive.zip', 'trained-zip'],
  ] as const) {
    const train = ['train', '--data', data, ...SMALL, '--set', 'patience=0', '--samples', `${SAMPLES}`];
    expect(await cli.run([...train, '--run', name])).toMatchObject({ code: 0, stderr: '' });
  }
});
afterAll(() => cli.dispose());

async function pack(folder: string, archive: string): Promise<void> {
  const names = Array.from({ length: IMAGES }, (_, i) => `${i}.png`);
  const files = names.map(
    async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const,
  );
  await writeFile(archive, zipSync(Object.fromEntries(await Promise.all(files)), { level: 0 }));
}

beforeEach(async () => {
  photos = cli.path('photos');
  run = cli.path('run');
  for (const folder of [photos, run]) await rm(folder, { recursive: true, force: true });
  await cp(cli.path('originals'), photos, { recursive: true });
  await copyOf('trained');
});

/** A run that has half of its training left. */
async function copyOf(trained: string): Promise<void> {
  await rm(run, { recursive: true, force: true });
  await cp(cli.path(trained), run, { recursive: true });
  const config = await readConfig(run);
  await writeConfig(run, { ...config, training: { ...config.training, samples: 2 * SAMPLES } });
}

const resume = (...options: string[]): Promise<Ended> => cli.run(['resume', run, ...ENGINE, ...options]);

/** The ids of each part of the run, as whoever opens it gets them. */
async function partsOf(folder: string): Promise<Record<string, string[]>> {
  const config = await readConfig(folder);
  const dataset = await loadRunDataset(folder, config, {}, () => undefined);
  const split = splitDataset(dataset, config.data.split);
  return Object.fromEntries(SPLIT_NAMES.map((part) => [part, Array.from(split[part], (i) => dataset.id(i))]));
}

async function isFinished(): Promise<void> {
  const { outcome, lastRow } = await readRun(run);
  expect({ outcome, samples: lastRow?.samples }).toEqual({ outcome: 'finished', samples: 2 * SAMPLES });
  const steps = (await readMetrics(run)).filter(({ type }) => type === 'train').map(({ step }) => step);
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  const { tensors } = (await newestCheckpoint(run))!;
  for (const { data } of tensors.values()) expect(data.every(Number.isFinite)).toBe(true);
}

/** Images are missing, changed, unreadable and added. */
async function disturb(): Promise<void> {
  await rm(join(photos, '7.png'));
  await rm(join(photos, '8.png'));
  await writeFile(join(photos, '9.png'), greyPng(8, 99));
  await writeFile(join(photos, '10.png'), '');
  await mkdir(join(photos, 'new'));
  for (let i = 0; i < 13; i++) await writeFile(join(photos, 'new', `${i}.png`), greyPng(8, i));
}

describe('a resume after images were lost, changed and added', () => {
  test('names them, says how to go on, and leaves the run as it is', async () => {
    await disturb();
    const before = await readFile(join(run, 'metrics.jsonl'), 'utf8');
    const list = await readFile(join(run, IMAGES_FILE), 'utf8');
    const { code, stderr } = await resume();
    expect(code).toBe(2);
    expect(stderr).toContain(
      '3 of 60 images are missing (10.png: empty file: 0 bytes, 7.png, 8.png), 1 has changed (9.png), 13 were added (new/0.png, ',
    );
    expect(stderr).toContain(', and 3 more)');
    for (const way of ['Bring them back', '--data FOLDER', '--skip-changed']) expect(stderr).toContain(way);
    expect(await readFile(join(run, 'metrics.jsonl'), 'utf8')).toBe(before);
    expect(await readFile(join(run, IMAGES_FILE), 'utf8')).toBe(list);
    expect((await readRun(run)).outcome).toBe('finished');
  });

  test('goes on without them; the others keep their part, and it is recorded and not asked again', async () => {
    const parts = await partsOf(run);
    await disturb();
    const { code, stderr } = await resume('--skip-changed');
    expect(code).toBe(0);
    expect(stderr).toContain('goes on without these images: 3 of 60 images are missing');
    await isFinished();
    const gone = new Set(['7.png', '8.png', '9.png', '10.png']);
    const left = Object.entries(parts).map(([part, ids]) => [part, ids.filter((id) => !gone.has(id))]);
    expect(await partsOf(run)).toEqual(Object.fromEntries(left));
    const counts = { used: IMAGES - 4, missing: 3, changed: 1, added: 13 };
    expect(await readMetricLines(run)).toContainEqual(
      expect.objectContaining({ type: 'resumed', images: counts }),
    );
    expect((await readRun(run)).usedImages).toBe(IMAGES - 4);
    expect((await readRunImages(run))!.leftOut).toContain('new/12.png');
    const again = await resume();
    expect(again.code).toBe(0);
    expect(again.stderr).not.toContain('goes on without');

    // Another one is lost, and named alone.
    await rm(join(photos, '20.png'));
    expect((await resume()).stderr).toContain(': 1 of 56 images is missing (20.png). ');
    // All are as they were: they are used again.
    await rm(photos, { recursive: true });
    await cp(cli.path('originals'), photos, { recursive: true });
    expect((await resume()).stderr).toContain('all 60 images of the run are there again');
    expect((await readRun(run)).usedImages).toBe(IMAGES);
    expect(await partsOf(run)).toEqual(parts);
  });

  test('trains as if added images were not there, byte for byte', async () => {
    await resume();
    const { tensors: whole } = (await newestCheckpoint(run))!;
    await copyOf('trained');
    await writeFile(join(photos, '!new.png'), greyPng(8, 50));
    expect((await resume()).code).toBe(2);
    expect((await resume('--skip-changed')).code).toBe(0);
    expect((await newestCheckpoint(run))!.tensors).toEqual(whole);
  });

  test('does not go on if nothing is left of a part, or of the dataset', async () => {
    const { test: ids } = await partsOf(run);
    for (const id of ids!) await rm(join(photos, id));
    expect((await resume('--skip-changed')).stderr).toContain("no image of the run's part 'test' is left");
    await rm(photos, { recursive: true });
    await mkdir(photos);
    await writeFile(join(photos, 'other.png'), greyPng(8, 1));
    expect((await resume('--skip-changed')).stderr).toContain('none of the 60 images of the run are left');
  });
});

describe('a resume of a run whose images were moved', () => {
  test('says that they are away, and goes on with the place that is named', async () => {
    const moved = cli.path('elsewhere');
    await rm(moved, { recursive: true, force: true });
    await rename(photos, moved);
    const away = await resume();
    expect(away.code).toBe(2);
    expect(away.stderr).toMatch(/cannot be read: .*photos: not found.* say where they are .*--data FOLDER/);
    expect(away.stderr).not.toContain('--skip-changed');
    const { code, stderr } = await resume('--data', 'elsewhere');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('images are read from') as string,
    });
    await isFinished();
    expect((await readConfig(run)).data.source).toMatchObject({
      kind: 'folder',
      uri: pathToFileURL(moved).href,
    });
    expect(await resume()).toMatchObject({ code: 0, stderr: '' });
  });

  test('names what is not the same in the new place, and refuses another kind of dataset', async () => {
    await rm(join(photos, '3.png'));
    await rm(cli.path('moved'), { recursive: true, force: true });
    await rename(photos, cli.path('moved'));
    expect((await resume('--data', 'moved')).stderr).toContain('1 of 60 images is missing (3.png)');
    expect((await resume('--data', 'archive.zip')).stderr).toContain(
      "kind 'zip', expected one of the kind 'folder'",
    );
    expect((await readConfig(run)).data.source).toMatchObject({
      kind: 'folder',
      uri: pathToFileURL(photos).href,
    });
    expect((await resume('--data', 'moved', '--skip-changed')).code).toBe(0);
    expect((await readRun(run)).usedImages).toBe(IMAGES - 1);
  });

  test('knows the images of an archive that was renamed', async () => {
    await copyOf('trained-zip');
    const parts = await partsOf(run);
    await cp(cli.path('archive.zip'), cli.path('renamed.zip'));
    expect((await resume('--data', 'renamed.zip')).code).toBe(0);
    const renamed = Object.entries(parts).map(([part, ids]) => [
      part,
      ids.map((id) => id.replace('archive', 'renamed')),
    ]);
    expect(await partsOf(run)).toEqual(Object.fromEntries(renamed));
    expect(await resume()).toMatchObject({ code: 0, stderr: '' });
  });
});

test('the editor recognises in what its engine says that it may ask, and its answers are followed', async () => {
  await rm(join(photos, '7.png'));
  vi.stubEnv('XDG_STATE_HOME', cli.path('state'));
  vi.stubEnv('XDG_CACHE_HOME', cli.path('cache'));
  const engines = new Engines({
    engineFolder: dirname(cli.program),
    choose: () => ({ engine: 'onnx', threads: 1 }),
    checkAllowed: () => undefined,
  });
  /** Returns why the run is not resumed; null if it is. */
  const resumeThere = async (changes: ResumeChanges): Promise<string | null> => {
    try {
      await (await engines.train(run, undefined, changes)).prepared();
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  try {
    expect(imageProblemOf((await resumeThere({}))!)).toEqual({
      text: 'The images of this run are not those that it was started on: 1 of 60 images is missing (7.png).',
      canSkip: true,
    });
    const moved = cli.path('photos of the editor');
    await rm(moved, { recursive: true, force: true });
    await rename(photos, moved);
    const away = imageProblemOf((await resumeThere({}))!);
    expect(away).toMatchObject({ canSkip: false, text: expect.stringContaining('not found') as string });
    const data = { kind: 'folder', uri: pathToFileURL(moved).href } as const;
    expect(imageProblemOf((await resumeThere({ data }))!)?.canSkip).toBe(true);
    expect(await resumeThere({ data, skipChanged: true })).toBeNull();
    await until(async () => (await readRun(run)).outcome === 'finished');
    await isFinished();
    expect((await readRun(run)).usedImages).toBe(IMAGES - 1);
  } finally {
    await engines.connection(run).untilGone();
    engines.dispose();
    vi.unstubAllEnvs();
  }
});

test('a run of an earlier version, without a list of its images, gets one; without it the images are only counted', async () => {
  await rm(join(run, IMAGES_FILE));
  await rm(join(photos, '3.png'));
  const { code, stderr } = await resume('--skip-changed');
  expect(code).toBe(2);
  expect(stderr).toMatch(/got 59 images with fingerprint .*, expected 60 .* has no list of its images/);
  await cp(cli.path('originals', '3.png'), join(photos, '3.png'));
  expect(await resume()).toMatchObject({ code: 0, stderr: '' });
  expect(await readRunImages(run)).toEqual(await readRunImages(cli.path('trained')));
});
