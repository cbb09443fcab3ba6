/** A resume that fails before it has recorded anything leaves the run as it was: finished or stopped, with its curve. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readRun } from '../../src/runs/store';
import { Cli, writeImages } from '../cli/support';

const run = promisify(execFile);
let cli: Cli;
let finished: string;
let folder: string;
const set = ['--preset', 'fast', '--set', 'hidden=8', '--set', 'latent=2', '--set', 'patience=0'];

beforeAll(async () => {
  cli = await Cli.build();
  await writeImages(cli.path('photos'), 40);
  finished = cli.path('finished');
  const { code, stderr } = await cli.run([
    'train',
    '--data',
    'photos',
    ...set,
    '--samples',
    '400',
    '--run',
    finished,
  ]);
  expect(`${code} ${stderr}`).toBe('0 ');
});
afterAll(() => cli.dispose());
beforeEach(async () => {
  folder = cli.path('run');
  await rm(folder, { recursive: true, force: true });
  await cp(finished, folder, { recursive: true });
});

const metrics = (): Promise<string> => readFile(join(folder, 'metrics.jsonl'), 'utf8');

/** As the folder of a run that was stopped on the way. */
async function asStopped(): Promise<void> {
  const text = (await metrics()).replace('"state":"finished"', '"state":"stopped"');
  expect(text).toContain('"stopped"');
  await writeFile(join(folder, 'metrics.jsonl'), text);
}

async function failingResume(says: RegExp): Promise<void> {
  const before = await metrics();
  const outcome = (await readRun(folder)).outcome;
  const { code, stderr } = await cli.run(['resume', folder]);
  expect(stderr).toMatch(says);
  expect(code).not.toBe(0);
  expect(await metrics()).toBe(before);
  expect((await readRun(folder)).outcome).toBe(outcome);
  await expect(readFile(join(folder, 'run.lock'))).rejects.toThrow('ENOENT');
}

test.each(['finished', 'stopped'])('the dataset of a %s run is away', async (outcome) => {
  if (outcome === 'stopped') await asStopped();
  await rename(cli.path('photos'), cli.path('elsewhere'));
  try {
    await failingResume(/photos/);
  } finally {
    await rename(cli.path('elsewhere'), cli.path('photos'));
  }
});

test('the dataset is another one', async () => {
  await rename(cli.path('photos', '0.png'), cli.path('0.png'));
  try {
    await failingResume(/1 of 40 images is missing \(0\.png\)/);
  } finally {
    await rename(cli.path('0.png'), cli.path('photos', '0.png'));
  }
});

test('its configuration and its checkpoints are unusable', async () => {
  for (const [name, text] of [
    ['config.json', '{'],
    ['run.lock', '"none"'],
  ] as const) {
    await rm(folder, { recursive: true });
    await cp(finished, folder, { recursive: true });
    await writeFile(join(folder, name), text);
    const before = await metrics();
    await cli.run(['resume', folder]);
    if (name === 'config.json') expect(await metrics()).toBe(before);
  }
});

/** A file system of its own with no room left; null where this user may not mount one. */
async function fullDisk(size: string): Promise<string | null> {
  const mount = cli.path('small');
  await mkdir(mount, { recursive: true });
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', mount]).then(
    () => true,
    () => false,
  );
  return isMounted ? mount : null;
}

test('the disk is full', async (context) => {
  const mount = await fullDisk('2m');
  if (mount === null) return context.skip('mounting a small file system takes root');
  try {
    folder = join(mount, 'run');
    await cp(finished, folder, { recursive: true });
    await run('sh', ['-c', `cat /dev/zero > ${join(mount, 'filler')} 2>/dev/null; true`]);
    const before = await metrics();
    const { code } = await cli.run(['resume', folder]);
    expect(code).not.toBe(0);
    expect(await metrics()).toBe(before);
    expect((await readRun(folder)).outcome).toBe('finished');
    await expect(readFile(join(folder, 'run.lock'))).rejects.toThrow('ENOENT');
  } finally {
    await run('umount', ['-l', mount]);
  }
});

test('a new run that fails before its first step says so in its folder', async () => {
  const fresh = cli.path('fresh');
  await mkdir(cli.path('.vae', 'runs'), { recursive: true });
  const { code } = await cli.run(['train', '--data', 'gone', ...set, '--run', fresh]);
  expect(code).toBe(2);
  // Nothing began, so nothing is left.
  await expect(readFile(join(fresh, 'metrics.jsonl'))).rejects.toThrow('ENOENT');
});
