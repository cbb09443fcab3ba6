import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { trainScript } from '../../src/cluster/train-script';
import type { TrainScript } from '../../src/cluster/train-script';
import { remoteRun } from './remote-world';

/** As Ray has it: a session with the folder of logs and unpacked packages. */
let session: string;
let engine: string;
const packaged = (name: string): string => join(session, 'runtime_resources', 'py_modules_files', name);

beforeEach(async () => {
  session = await realpath(await mkdtemp(join(tmpdir(), 'vae-session-')));
  engine = join(session, 'runtime_resources', 'working_dir_files', '_ray_pkg_0');
  await mkdir(join(session, 'logs'));
  await mkdir(join(engine, 'engine'), { recursive: true });
  // Says how it was called.
  await writeFile(
    join(engine, 'engine', 'vae.cjs'),
    "const args = process.argv.slice(2); console.log(args[0] === '--version' ? 'v1' : JSON.stringify(args));",
  );
});
afterEach(() => rm(session, { recursive: true, force: true }));

const parts = (change: Partial<TrainScript> = {}): TrainScript => ({
  ...{ runId: 'digits-1', jobId: 'digits-1-2', job: remoteRun().job, sent: null, start: null, startLines: 0 },
  ...{ resume: [], storage: null, gpus: 0 },
  ...change,
});

/** Runs the script as a job does. @returns the arguments with which the engine was called */
async function run(change: Partial<TrainScript> = {}, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', trainScript(parts(change))], {
    cwd: engine,
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as string[];
}

describe.skipIf(process.platform === 'win32')('the script of a job', () => {
  const place = (): string => join(session, 'logs', 'latent-explorer', 'digits-1-2', 'run');

  test('begins a run where the dashboard serves it', async () => {
    const hostile = { 'training.samples': `1'; touch ${session}/evil; '`, latent: '$(touch evil)' };
    expect(await run({ job: { ...remoteRun().job, set: hostile } })).toEqual([
      ...['train', '--data', 'digits:1000', '--preset', 'fast', '--seed', '0'],
      ...['--set', `training.samples=1'; touch ${session}/evil; '`, '--set', 'latent=$(touch evil)'],
      ...['--engine', 'onnx', '--threads', '1', '--json', '--run', place()],
    ]);
    await expect(readFile(join(session, 'evil'))).rejects.toThrow(/ENOENT/);
    await expect(readFile(join(engine, 'evil'))).rejects.toThrow(/ENOENT/);
  });

  test('finds the images that were sent among the packages', async () => {
    const source = {
      kind: 'folder',
      uri: 'file:///home/ada/ph',
      include: ['a b/**'],
      labelColumn: '',
    } as const;
    const args = await run(
      {
        job: {
          ...remoteRun().job,
          source: { ...source, include: [...source.include] },
          images: { from: 'sent' },
        },
        sent: {
          ...{ uris: ['gcs://_ray_pkg_1.zip'], path: "ph's", rows: null, labels: 'labels/l.csv' },
          hasLeftOut: true,
        },
      },
      { PYTHONPATH: [packaged('_ray_pkg_11'), packaged('_ray_pkg_1'), engine].join(delimiter) },
    );
    const data = packaged('_ray_pkg_1');
    expect(args.slice(0, 11)).toEqual([
      ...['train', '--data', `${data}/data/ph's`, '--labels', `${data}/labels/l.csv`],
      ...['--include', 'a b/**', '--label-column', '', '--leave-out', `${data}/leave-out.txt`],
    ]);
  });

  test('insists on the graphics card that a run of JAX gets', async () => {
    const job = { ...remoteRun().job, engine: 'jax' } as const;
    expect((await run({ job, gpus: 1 })).join(' ')).toContain('--engine jax --threads 1 --device gpu --json');
    expect(await run({ job })).not.toContain('--device');
    expect(await run({ gpus: 1 })).not.toContain('--device');
  });

  test('names images that are on the cluster', async () => {
    const images = {
      from: 'cluster',
      path: '/shared/$HOME',
      exclude: ['x'],
      labels: '/shared/l.csv',
    } as const;
    const job = { ...remoteRun().job, source: null, images: { ...images, exclude: [...images.exclude] } };
    expect((await run({ job })).slice(0, 7)).toEqual([
      ...['train', '--data', '/shared/$HOME', '--labels', '/shared/l.csv', '--exclude', 'x'],
    ]);
  });

  test('goes on from what was sent, with the images where they are now', async () => {
    await mkdir(join(packaged('_ray_pkg_2'), 'run', 'checkpoints'), { recursive: true });
    await writeFile(join(packaged('_ray_pkg_2'), 'run', 'checkpoints', '5.safetensors'), 'w');
    const config = (root: string): string =>
      `{"data":{"source":{"uri":"${root}/data/p","x":"file:///other"}}}\n`;
    await writeFile(join(packaged('_ray_pkg_2'), 'run', 'config.json'), config('file:///sent/_ray_pkg_1'));
    const sent = {
      ...{ uris: ['gcs://_ray_pkg_1.zip'], path: 'p', rows: null, labels: null, hasLeftOut: false },
    };
    const start = 'gcs://_ray_pkg_2.zip';
    const env = { PYTHONPATH: [packaged('_ray_pkg_1'), packaged('_ray_pkg_2')].join(delimiter) };
    expect(await run({ sent, start, resume: ['--samples', '9'] }, env)).toEqual([
      ...['resume', place(), '--samples', '9', '--engine', 'onnx', '--threads', '1', '--json'],
    ]);
    expect(await readFile(join(place(), 'config.json'), 'utf8')).toBe(
      config(`file://${packaged('_ray_pkg_1')}`),
    );
    expect(await readFile(join(place(), 'checkpoints', '5.safetensors'), 'utf8')).toBe('w');
  });

  test('keeps the run in the storage, where what is newer stays', async () => {
    const storage = join(session, 'my store');
    const own = join(storage, 'latent-explorer', 'digits-1');
    await mkdir(join(packaged('_ray_pkg_2'), 'run'), { recursive: true });
    await writeFile(join(packaged('_ray_pkg_2'), 'run', 'config.json'), 'sent');
    await writeFile(join(packaged('_ray_pkg_2'), 'run', 'metrics.jsonl'), '1\n2\n');
    const env = { PYTHONPATH: packaged('_ray_pkg_2') };
    const again = { storage, start: 'gcs://_ray_pkg_2.zip', startLines: 2 };
    expect((await run({ storage })).at(-1)).toBe(own);
    expect((await run(again, env))[0]).toBe('resume');
    const read = (folder: string): Promise<string> => readFile(join(folder, 'config.json'), 'utf8');
    expect([await read(own), await read(place())]).toEqual(['sent', 'sent']);
    await writeFile(join(own, 'metrics.jsonl'), '1\n2\n3\n');
    await writeFile(join(own, 'config.json'), 'newer');
    await run(again, env);
    expect(await read(own)).toBe('newer');
    await writeFile(join(own, 'metrics.jsonl'), '1\n');
    await run(again, env);
    expect(await read(own)).toBe('sent');
  });

  test('says what is missing', async () => {
    // Without a shell's own tools, there is no Node either.
    const bin = join(session, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'node'), '#!/bin/sh\nexit 1\n');
    await chmod(join(bin, 'node'), 0o755);
    await expect(run({}, { PATH: `${bin}` })).rejects.toMatchObject({
      code: 71,
      stderr: expect.stringContaining(
        'latent-explorer: found no Node.js of version 20.15 or newer',
      ) as string,
    });
    await writeFile(join(engine, 'engine', 'vae.cjs'), 'process.exit(1)');
    await expect(run()).rejects.toMatchObject({
      code: 72,
      stderr: expect.stringContaining('latent-explorer: the engine does not start here:') as string,
    });
  });
});
