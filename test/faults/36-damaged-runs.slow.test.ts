/** Whatever is wrong with a run folder, the run is listed; many runs are listed with few descriptors. */
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Engines } from '../../src/host/engines/engines';
import { RunsModel } from '../../src/host/runs/runs-model';
import { runItem } from '../../src/host/runs/run-item';
import { runView } from '../../src/host/runs/run-view';
import { blockingCalls } from '../../src/runs/blocking-calls';
import { isDamaged, listRuns, writeConfig } from '../../src/runs/store';
import { Cli, ended, objects } from '../cli/support';
import { config, t, useFolder } from '../host/support';
import { has } from './support';

const folder = useFolder();
const at = (...names: string[]): string => join(folder.path(), 'run', ...names);
beforeEach(async () => {
  await mkdir(at());
  await writeConfig(at(), config());
});

const pipe = (path: string): void => expect(spawnSync('mkfifo', [path]).status).toBe(0);
const isRoot = process.getuid?.() === 0;

/** What is done to the run folder, and whether its config.json can still be read. */
const DAMAGES: Readonly<
  Record<string, readonly [damage: () => Promise<void>, readable: boolean, skip?: boolean]>
> = {
  'config.json is empty': [() => writeFile(at('config.json'), ''), false],
  'config.json is cut': [() => writeFile(at('config.json'), '{"version":1,'), false],
  'config.json is of another shape': [() => writeFile(at('config.json'), '{"version":1e9}'), false],
  'config.json is too long': [() => writeFile(at('config.json'), Buffer.alloc(17_000_000, ' ')), false],
  'config.json is nested a million deep': [() => writeFile(at('config.json'), '['.repeat(1_000_000)), false],
  'config.json is a folder': [() => rm(at('config.json')).then(() => mkdir(at('config.json'))), false],
  'config.json is a pipe': [
    () => rm(at('config.json')).then(() => pipe(at('config.json'))),
    false,
    !has('mkfifo'),
  ],
  'config.json may not be read': [() => chmod(at('config.json'), 0), false, isRoot],
  'metrics.jsonl is a folder': [() => mkdir(at('metrics.jsonl')), true],
  'metrics.jsonl may not be read': [
    () => writeFile(at('metrics.jsonl'), '').then(() => chmod(at('metrics.jsonl'), 0)),
    true,
    isRoot,
  ],
  'checkpoints is a file': [() => writeFile(at('checkpoints'), ''), true],
  'run.lock is a folder': [() => mkdir(at('run.lock')), true],
};

describe('a damaged run is listed with the reason', () => {
  const engines = new Engines({
    engineFolder: '',
    choose: () => ({ engine: 'auto', threads: 0 }),
    checkAllowed: () => undefined,
  });
  afterAll(() => engines.dispose());

  for (const [name, [damage, isReadable, skip = false]] of Object.entries(DAMAGES))
    test.skipIf(skip)(name, async () => {
      await damage();
      const [run, ...others] = await listRuns(folder.path());
      expect(others).toEqual([]);
      expect(await listRuns(folder.path(), undefined, blockingCalls)).toEqual([run]);
      expect(run!.name).toBe('run');
      expect(isDamaged(run!)).toBe(!isReadable);
      const reason = isDamaged(run!) ? run.damage : run!.message;
      expect(reason).toContain(name.split(' ')[0]);

      const runs = new RunsModel(() => [folder.path()], engines);
      await runs.refresh();
      const [entry] = runs.entries;
      expect(entry!.record === null).toBe(!isReadable);
      const { record, damage: why } = entry!;
      const rest = {
        ...{ folderName: 'run', live: null, isEngine: false, remote: null, responding: true, current: true },
        ...{ now: new Date(0), language: 'en' },
      };
      const item = runItem({ record, damage: why, ...rest }, t);
      expect(item.tooltip).toContain(name.split(' ')[0]);
      if (!isReadable) expect(item.description).toContain('damaged');
      expect(runView(at(), record, null, t, why).message).toBe(reason);
      runs.dispose();
    });
});

describe('the command', () => {
  let cli: Cli;
  const COUNT = 2000;
  beforeAll(async () => void (cli = await Cli.build()));
  afterAll(() => cli.dispose());

  test.skipIf(process.platform === 'win32')(
    'lists 2,000 runs with 64 descriptors, and a damaged one',
    async () => {
      const root = cli.path('many');
      const rows = [1, 2, 3].map((step) => ({
        type: 'train',
        step,
        samples: step,
        seconds: 1,
        elbo: -1,
        reconstruction: -1,
        kl: 0,
      }));
      const metrics = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      const text = JSON.stringify(config());
      for (let i = 0; i < COUNT; i++) {
        const run = join(root, `run-${i}`);
        await mkdir(join(run, 'checkpoints'), { recursive: true });
        await writeFile(join(run, 'config.json'), i === 7 ? '{' : text);
        await writeFile(join(run, 'metrics.jsonl'), metrics);
      }
      const { code, stdout, stderr } = await ended(
        cli.shell('ulimit -n 64 && $VAE runs many --json && times'),
      );
      expect(code).toBe(0);
      const [times, ...lines] = stdout.trim().split('\n').reverse();
      const runs = objects(lines.slice(1).reverse().join('\n'));
      expect(new Set(runs.map(({ name }) => name)).size).toBe(COUNT);
      expect(runs.filter(({ state }) => state === 'damaged')).toMatchObject([
        { name: 'run-7', message: expect.stringContaining('config.json is not JSON') as string },
      ]);
      expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('run-7 is damaged')]);
      // Its own time and the kernel's for it, in seconds: about 1 on an idle machine.
      const seconds = [...times!.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
      expect(seconds.reduce((sum, each) => sum + each, 0)).toBeLessThan(8);
    },
  );
});
