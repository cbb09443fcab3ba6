import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coreCount } from '../../src/engine/processor';
import { onnxRuntimeFolder } from '../../src/engine/onnx/native-runtime';
import { isProcessAlive } from '../../src/setup/process-alive.mjs';
import { eventually } from '../support/eventually';
import { Cli, ended, objects } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build(['worker', 'chunks']);
});
afterAll(() => cli.dispose());

const SMALL = ['digits:100', '--set', 'hidden=8', '--set', 'latent=2'];

test.skipIf(onnxRuntimeFolder() === null)(
  'vae bench-engine: a table of what trains here, which is kept',
  async () => {
    const env = { ...process.env, XDG_CACHE_HOME: cli.path('cache') };
    const { code, stdout, stderr } = await cli.run(['bench-engine', ...SMALL, '--engine', 'onnx', '--json'], {
      env,
    });
    expect(code).toBe(0);
    const rows = objects(stdout);
    const most = coreCount();
    expect(rows.map(({ threads }) => threads)).toEqual([...new Set([most, Math.ceil(most / 2), 1])]);
    for (const row of rows) {
      expect(row).toMatchObject({ type: 'time', engine: 'onnx', executor: null, problem: '' });
      expect(row['secondsPerStep']).toBeGreaterThan(0);
    }
    expect(rows.filter(({ fastest }) => fastest)).toHaveLength(1);
    // Other programs may have kept the machine busy meanwhile.
    const isKept = rows.every(({ others }) => (others as number) <= 0.2);
    expect(stderr.includes('this result is not kept')).toBe(!isKept);
    const kept = await readdir(cli.path('cache', 'latent-explorer', 'engine-times')).catch(() => []);
    expect(kept).toHaveLength(isKept ? 1 : 0);
    const text = await cli.run(['bench-engine', ...SMALL, '--engine', 'onnx', '--threads', '1'], { env });
    expect(text.stdout).toMatch(/^engine +loop +threads +ms a step *\nonnx +1 +[\d.e-]+ +fastest\n$/);
  },
);

test('where the engine that is asked for is not there, nothing is measured', async () => {
  // In an empty cache is no TensorFlow.
  const env = { ...process.env, XDG_CACHE_HOME: cli.path('empty') };
  const { code, stdout, stderr } = await cli.run(['bench-engine', ...SMALL, '--engine', 'tensorflow'], {
    env,
  });
  expect(code).toBe(1);
  expect(stdout).toBe('engine  loop  threads  ms a step\n');
  expect(stderr).toContain('no engine trains this model here');
});

/** Processes that a process has started and that have not ended. */
const childrenOf = (pid: number): Promise<string> =>
  readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');

test.skipIf(process.platform !== 'linux')(
  'a signal ends the measurement, and leaves nothing running',
  async () => {
    const env = { ...process.env, XDG_CACHE_HOME: cli.path('ended') };
    const child = cli.start(['bench-engine', ...SMALL, '--engine', 'onnx'], { env });
    const end = ended(child);
    await eventually(() => childrenOf(child.pid!)).toMatch(/\d/);
    const pids = (await childrenOf(child.pid!)).trim().split(' ').map(Number);
    child.kill('SIGTERM');
    expect((await end).code).toBe(130);
    await eventually(() => pids.filter(isProcessAlive)).toEqual([]);
    expect(existsSync(cli.path('ended', 'latent-explorer', 'engine-times'))).toBe(false);
  },
);
