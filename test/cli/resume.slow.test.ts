import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { once } from '../support/once';
import { Cli, objects } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

const SMALL = ['--set', 'hidden=8', '--set', 'latent=2', '--set', 'width=8', '--set', 'height=8'];

/** A run of 1,000 samples that has finished; each test goes on with it, or is refused. */
const finished = once(async () => {
  const args = ['--data', 'digits:200', '--samples', '1000', '--run', 'run', '--engine', 'onnx', ...SMALL];
  expect((await cli.run(['train', ...args])).code).toBe(0);
  return 'run';
});

describe('vae resume --samples', () => {
  test('a number that the run has done already is refused before the images are read', async () => {
    const run = await finished();
    const before = await readFile(cli.path(run, 'config.json'), 'utf8');
    const { code, stderr } = await cli.run(['resume', run, '--samples', '800']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/samples: got 800, expected a whole number above the \d+ that the run has done/);
    expect(stderr).not.toContain('reading images');
    const words = await cli.run(['resume', run, '--samples', 'many']);
    expect(words.code).toBe(2);
    expect(words.stderr).toContain('Expected a whole number from 1 to 1000000000000');
    expect(await readFile(cli.path(run, 'config.json'), 'utf8')).toBe(before);
  });

  test('on another build of the engine a run goes on, and says that its last digits will differ', async () => {
    const args = ['--data', 'digits:200', '--samples', '500', '--run', 'early', '--engine', 'onnx', ...SMALL];
    expect((await cli.run(['train', ...args, '--threads', '1'])).code).toBe(0);
    const file = cli.path('early', 'config.json');
    const read = async () =>
      JSON.parse(await readFile(file, 'utf8')) as { engine: { build: string; threads: number } };
    expect((await read()).engine.threads).toBe(1);
    // What the run began with is kept where nothing else is asked for.
    const same = await cli.run(['resume', 'early', '--samples', '1000']);
    expect(same.code).toBe(0);
    expect(same.stdout + same.stderr).not.toContain('was started on');
    expect(same.stdout + same.stderr).toContain('onnx (1 thread): as when this run began');
    const now = await read();
    await writeFile(file, JSON.stringify({ ...now, engine: { ...now.engine, build: 'ONNX Runtime 1.0' } }));
    const { code, stdout, stderr } = await cli.run(['resume', 'early', '--samples', '1500']);
    expect(code).toBe(0);
    expect(stdout + stderr).toMatch(
      /this run was started on onnx \(ONNX Runtime 1\.0, 1 threads, \S+\) and continues with onnx \(ONNX Runtime 1\.\d+\.\d+, compiled, 1 threads, \S+\): the last digits/,
    );
  });

  test('a finished run goes on to more samples, on one curve', async () => {
    const run = await finished();
    const { code, stdout } = await cli.run(['resume', run, '--samples', '3e3', '--engine', 'onnx', '--json']);
    expect(code).toBe(0);
    const end = objects(stdout).find(({ type }) => type === 'ended');
    expect(end).toMatchObject({ state: 'finished', message: 'all 3,000 samples are done', samples: 3000 });
    const [listed] = objects((await cli.run(['runs', '.', '--json'])).stdout);
    expect(listed).toMatchObject({ state: 'finished', samples: 3000 });
  });
});
