import { appendFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunWatcher } from '../../../src/cli/watch/run-watcher';
import { liveRun, recordedRun } from '../../../src/cli/watch/watched-run';
import { RunLock } from '../../../src/runs/lock';
import { readRun, writeConfig } from '../../../src/runs/store';
import type { EngineStatus } from '../../../src/protocol/engine';
import { config, useFolder } from '../../host/support';
import { trainRow, validationRow, watched } from './support';

const folder = useFolder().path;
let root: string;
let watcher: RunWatcher;
beforeEach(async () => {
  root = join(folder(), '.vae', 'runs');
  await mkdir(root, { recursive: true });
  watcher = new RunWatcher([{ folder: folder() }]);
});
afterEach(() => watcher.close());

async function writeRun(name: string, ...lines: object[]): Promise<string> {
  const run = join(root, name);
  await mkdir(run);
  await writeConfig(run, config({ training: { ...config().training, samples: 100_000 } }));
  await writeFile(join(run, 'metrics.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return run;
}
const ENDED = { type: 'ended', state: 'finished', step: 10, message: 'all samples seen' };
const states = async (): Promise<string[]> =>
  (await watcher.look()).map(({ name, state }) => `${name} ${state}`);

test('runs appear, grow, end, are damaged and vanish', async () => {
  expect(await watcher.look()).toEqual([]);
  const a = await writeRun('1-a', trainRow(500, -120));
  const b = await writeRun(
    '2-b',
    trainRow(500, -120),
    validationRow(1000, -110),
    validationRow(2000, -115),
    ENDED,
  );
  expect(await watcher.look()).toMatchObject([
    {
      name: '2-b',
      state: 'finished',
      message: 'all samples seen',
      bound: -110,
      boundOf: 'validation',
      samples: 2000,
    },
    { name: '1-a', state: 'interrupted', bound: -120, boundOf: 'training', samples: 500, dataset: 'digits' },
  ]);
  await appendFile(join(a, 'metrics.jsonl'), `${JSON.stringify(validationRow(1000, -111))}\n`);
  expect((await watcher.look())[1]).toMatchObject({ bound: -111, boundOf: 'validation', samples: 1000 });
  await writeFile(join(b, 'config.json'), '{');
  expect((await watcher.look())[0]).toMatchObject({
    state: 'damaged',
    message: expect.stringContaining('not JSON') as string,
  });
  await rename(b, join(folder(), 'elsewhere'));
  await rm(a, { recursive: true });
  expect(await watcher.look()).toEqual([]);
});

test('a run whose process ends without a word is interrupted, though no file of it has changed', async () => {
  const run = await writeRun('run', trainRow(500, -120));
  const lock = await RunLock.take(run);
  expect(await states()).toEqual(['run running']);
  await lock.release();
  expect(await states()).toEqual(['run interrupted']);
});

test('a folder that a process holds and that has no configuration yet is being prepared', async () => {
  const run = join(root, 'new');
  await mkdir(run);
  expect(await states()).toEqual([]);
  const lock = await RunLock.take(run);
  expect(await states()).toEqual(['new preparing']);
  await lock.release();
  expect(await states()).toEqual([]);
});

test('without an engine to ask, the speed follows from the rows of two looks', async () => {
  const run = await writeRun('run', trainRow(20_000, -120));
  const lock = await RunLock.take(run);
  expect((await watcher.look())[0]).toMatchObject({
    samplesPerSecond: null,
    secondsLeft: null,
    totalSamples: 100_000,
  });
  // 1,000 samples a second.
  await appendFile(join(run, 'metrics.jsonl'), `${JSON.stringify(trainRow(30_000, -119))}\n`);
  expect((await watcher.look())[0]).toMatchObject({ samplesPerSecond: 1000, secondsLeft: 70 });
  await lock.release();
  expect((await watcher.look())[0]).toMatchObject({ samplesPerSecond: null, secondsLeft: null });
});

test('one run alone is watched by its folder, also while it is away', async () => {
  const run = await writeRun('run', trainRow(500, -120));
  await writeRun('other');
  const one = new RunWatcher([{ run }]);
  expect((await one.look()).map(({ name }) => name)).toEqual(['run']);
  await rename(run, join(root, 'renamed'));
  expect(await one.look()).toEqual([]);
  await rename(join(root, 'renamed'), run);
  expect((await one.look()).map(({ name }) => name)).toEqual(['run']);
  one.close();
});

describe.skipIf(process.platform === 'win32')('links', () => {
  test('are named and not followed; a folder that is gone is named, too', async () => {
    await mkdir(join(folder(), 'target'));
    await symlink(join(folder(), 'target'), join(root, 'link'));
    await writeRun('run');
    expect(await states()).toEqual(['run interrupted']);
    expect(watcher.notices).toEqual([expect.stringContaining('link is a link')]);
    await rm(join(root, 'link'));
    await watcher.look();
    expect(watcher.notices).toEqual([]);
    const away = new RunWatcher([{ folder: join(folder(), 'nowhere') }]);
    expect(await away.look()).toEqual([]);
    expect(away.notices).toEqual([expect.stringContaining('there is no such folder')]);
  });
});

describe('what an engine says', () => {
  const status: EngineStatus = {
    ...{
      state: 'training',
      message: '',
      runUri: 'file:///run',
      step: 300,
      samples: 30_000,
      totalSamples: 60_000,
    },
    ...{ samplesPerSecond: 2000, secondsLeft: 15, trainBound: -100, validationBound: null, engine: 'onnx' },
  };

  test('is newer than what the folder says, but the best bound stays', () => {
    expect(liveRun(watched({ state: 'running' }), status)).toMatchObject({
      ...{
        state: 'training',
        samples: 30_000,
        totalSamples: 60_000,
        samplesPerSecond: 2000,
        secondsLeft: 15,
      },
      ...{ bound: -105.25, boundOf: 'validation' },
    });
    expect(liveRun(watched(), { ...status, validationBound: -101 }).bound).toBe(-101);
    expect(liveRun(watched(), { ...status, validationBound: -120 }).bound).toBe(-105.25);
    const early = watched({ bound: -130, boundOf: 'training' });
    expect(liveRun(early, status)).toMatchObject({ bound: -100, boundOf: 'training' });
    expect(liveRun(early, { ...status, validationBound: -120 })).toMatchObject({
      bound: -120,
      boundOf: 'validation',
    });
  });

  test('has no speed while it does not train', () => {
    for (const state of ['paused', 'stopping', 'preparing'] as const)
      expect(liveRun(watched(), { ...status, state, message: 'waiting' })).toMatchObject({
        ...{ state, message: 'waiting', samplesPerSecond: null, secondsLeft: null },
      });
  });

  test('that it only answers is no state of the run', () => {
    expect(liveRun(watched({ state: 'running' }), { ...status, state: 'serving' }).state).toBe('running');
  });
});

test('a record without rows has no bound', async () => {
  const run = await writeRun('empty');
  expect(recordedRun(await readRun(run), null)).toMatchObject({ bound: null, samples: 0, newest: null });
});
