import { readFile } from 'node:fs/promises';
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
