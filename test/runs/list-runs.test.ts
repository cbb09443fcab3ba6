/** A list of runs, read by calls that block and by calls that do not, is the same and follows no link. */
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blockingCalls } from '../../src/runs/blocking-calls';
import { isDamaged, listRuns, writeConfig } from '../../src/runs/store';
import { config } from '../host/support';

let root: string;
const at = (...names: string[]): string => join(root, 'run', ...names);
const row = { type: 'train', step: 3, samples: 9, seconds: 1, elbo: -1, reconstruction: -1, kl: 0 };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-list-'));
  await mkdir(at('checkpoints'), { recursive: true });
  await writeConfig(at(), config());
  await writeFile(at('metrics.jsonl'), `${JSON.stringify(row)}\n`);
  await writeFile(at('checkpoints', '3.safetensors'), '');
});
afterEach(() => rm(root, { recursive: true }));

/** Replaces a file of the run by a link to it. */
async function link(name: string): Promise<void> {
  await rename(at(name), join(root, `outside-${name}`));
  await symlink(join(root, `outside-${name}`), at(name), name.includes('.') ? 'file' : 'dir');
}

describe.each([
  ['blocking calls', blockingCalls],
  ['calls that do not block', undefined],
])('%s', (_, calls) => {
  const list = () => listRuns(root, undefined, calls);

  test('read a run', async () => {
    expect(await list()).toMatchObject([
      { name: 'run', config: config(), lastRow: row, checkpoints: [3], message: '', outcome: 'interrupted' },
    ]);
  });

  test('read a run of which only config.json is there', async () => {
    await rm(at('checkpoints'), { recursive: true });
    await rm(at('metrics.jsonl'));
    expect(await list()).toMatchObject([{ lastRow: null, checkpoints: [], message: '' }]);
  });

  test('do not follow a link in place of config.json', async () => {
    await link('config.json');
    const [run] = await list();
    expect(isDamaged(run!) && run.damage).toContain('config.json is a link');
  });

  test('do not follow a link in place of metrics.jsonl', async () => {
    await link('metrics.jsonl');
    expect(await list()).toMatchObject([
      { lastRow: null, message: expect.stringContaining('metrics.jsonl is a link') as string },
    ]);
  });

  test('do not follow a link in place of the folder of checkpoints', async () => {
    await link('checkpoints');
    const runs = await list();
    expect(runs.find(({ name }) => name === 'run')).toMatchObject({
      checkpoints: [],
      message: expect.stringContaining('checkpoints is a link') as string,
    });
  });

  test('leave out a folder that vanished, or has no config.json', async () => {
    await rm(at('config.json'));
    expect(await list()).toEqual([]);
  });
});

test('a list that blocks lets other work have its turn', async () => {
  for (let i = 0; i < 40; i++) {
    await mkdir(join(root, `run-${i}`));
    await writeFile(join(root, `run-${i}`, 'config.json'), '{');
  }
  let turns = 0;
  let opened = 0;
  const slowly = {
    ...blockingCalls,
    open: (path: string, flags: number) => {
      // The folder of runs has been read by calls that do not block.
      if (opened++ === 0) turns = 0;
      const end = performance.now() + 3;
      while (performance.now() < end);
      return blockingCalls.open(path, flags);
    },
  };
  let isOver = false;
  const count = (): void => {
    if (isOver) return;
    turns++;
    setImmediate(count);
  };
  setImmediate(count);
  await listRuns(root, undefined, slowly);
  isOver = true;
  expect(turns).toBeGreaterThan(5);
});
