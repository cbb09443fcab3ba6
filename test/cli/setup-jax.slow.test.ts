/** `vae setup --jax` with invented Pythons: what it makes, what it says is missing, and what it leaves when it is interrupted. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isProcessAlive } from '../../src/setup/process-alive.mjs';
import { eventually } from '../support/eventually';
import { Cli, ended, objects } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

/** A Python that makes environments with itself in them, whose JAX says what the variables say. */
const PYTHON = `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
const text = args.join(' ');
const said = { protocol: 1, python: '3.11.7', jax: '0.10.2', platform: 'cpu', devices: ['cpu'] };
if (args.includes('-c')) console.log('["' + (process.env.VERSION || '3.11.7') + '", "' + process.argv[1] + '", "' + (process.env.LACKS || '') + '"]');
else if (text.includes('-m venv')) {
  const folder = args.at(-1);
  fs.mkdirSync(folder + '/bin', { recursive: true });
  fs.writeFileSync(folder + '/pyvenv.cfg', 'home = /usr/bin');
  fs.copyFileSync(process.argv[1], folder + '/bin/python');
} else if (text.includes('-m pip')) {
  fs.appendFileSync(process.env.PIP, text + '\\n' + process.env.TMPDIR + '\\n');
  fs.writeFileSync(process.env.TMPDIR + '/half.whl', 'half');
  if (process.env.ENDLESS) setInterval(() => fs.writeFileSync(process.env.ENDLESS, String(process.pid)), 50);
  else if (process.env.REFUSED) { console.error('ERROR: ' + process.env.REFUSED); process.exit(1); }
} else if (text.endsWith('--probe')) console.log(JSON.stringify({ ...said, ...JSON.parse(process.env.PROBE || '{}') }));
else process.exit(9);
`;

const programs = () => cli.path('programs');
const pip = () => cli.path('pip');
const jax = (): Promise<string[]> => readdir(cli.path('cache', 'latent-explorer', 'jax')).catch(() => []);

async function writeProgram(name: string, text: string): Promise<void> {
  await writeFile(join(programs(), name), text);
  await chmod(join(programs(), name), 0o755);
}

beforeEach(async () => {
  for (const folder of [programs(), cli.path('cache')]) await rm(folder, { recursive: true, force: true });
  await rm(pip(), { force: true });
  await mkdir(programs());
  await writeProgram('python3', PYTHON);
});

function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  // An empty name is none.
  const own = { LATENT_EXPLORER_JAX_PYTHON: '', XDG_CACHE_HOME: cli.path('cache'), PATH: programs() };
  return { ...process.env, ...own, PIP: pip(), ...more };
}

const setup = (more: Readonly<Record<string, string>> = {}, ...args: string[]) =>
  cli.run(['setup', '--jax', '--json', ...args], { env: environment(more) });

describe.skipIf(process.platform === 'win32')('vae setup --jax', () => {
  test('makes one whole environment of pinned wheels, and finds it the next time', async () => {
    const first = await setup();
    expect(first.code).toBe(0);
    const lines = objects(first.stdout);
    expect(lines.map(({ step, type }) => step ?? type)).toEqual([
      'checking',
      'downloading',
      'probing',
      'ready',
    ]);
    expect(lines[1]).toMatchObject({ text: 'downloading JAX 0.10.2, about 141 MB', received: 0 });
    const [name, ...others] = (await jax()).sort();
    expect(others).toEqual([]);
    expect(name).toMatch(/^0\.10\.2-cpu-/);
    const python = cli.path('cache', 'latent-explorer', 'jax', name!, 'bin', 'python');
    expect(lines.at(-1)).toEqual({
      type: 'ready',
      jax: '0.10.2',
      device: 'the processor',
      python,
      wasThere: false,
    });
    expect(existsSync(python)).toBe(true);
    const [asked, temporary] = (await readFile(pip(), 'utf8')).split('\n');
    expect(asked).toMatch(/--only-binary :all: jax==0\.10\.2 jaxlib==0\.10\.2 .*numpy==\d/);
    // What pip unpacked in the meantime is gone.
    expect(existsSync(temporary!)).toBe(false);
    const again = await setup();
    expect(objects(again.stdout).map(({ step, type }) => step ?? type)).toEqual(['probing', 'ready']);
    expect(objects(again.stdout).at(-1)).toMatchObject({ python, wasThere: true });
  });

  test('an environment that no longer works is not made again by itself', async () => {
    await setup();
    const { code, stderr } = await setup({
      PROBE: '{"missing":"ModuleNotFoundError: No module named \'jax\'"}',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/JAX was not set up.*No module named 'jax'; delete .* to install it again/);
  });

  test.each([
    ['no Python at all', null, {}, /found no Python, expected Python 3\.11 or newer/],
    [
      'an old Python',
      PYTHON,
      { VERSION: '3.9.2' },
      /found Python 3\.9\.2 \(.*python3\), expected Python 3\.11 or newer/,
    ],
    [
      'a Python without venv',
      PYTHON,
      { LACKS: 'venv' },
      /found Python 3\.11\.7 \(.*\) without its module venv.*python3-venv/,
    ],
    [
      'a package that cannot be had',
      PYTHON,
      { REFUSED: 'No matching distribution' },
      /pip could not install JAX.*No matching distribution/s,
    ],
    [
      'a JAX that does not compute',
      PYTHON,
      { PROBE: '{"missing":"JAX does not compute: got 3"}' },
      /JAX does not compute: got 3/,
    ],
  ] as const)('says what is missing, and leaves nothing: %s', async (_, python, env, reason) => {
    if (python === null) await rm(join(programs(), 'python3'));
    const { code, stderr } = await setup(env);
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
    expect(await jax()).toEqual([]);
  });

  test('--cuda needs a card, before anything is downloaded, and JAX has to find it', async () => {
    const without = await setup({}, '--cuda');
    expect(without.code).toBe(1);
    expect(without.stderr).toContain('no graphics card of NVIDIA was found');
    await writeProgram('nvidia-smi', '#!/bin/sh\necho "GPU 0: NVIDIA H200 (UUID: GPU-1)"\n');
    const unseen = await setup({}, '--cuda');
    expect(unseen.stderr).toMatch(/finds the processor, expected a graphics card|MB free and/);
    expect(await jax()).toEqual([]);
    const probe = JSON.stringify({ platform: 'gpu', devices: ['NVIDIA H200'] });
    const seen = await setup({ PROBE: probe }, '--cuda');
    // Where the disk has no room for CUDA, it is not asked for.
    if (seen.code === 0) {
      expect(objects(seen.stdout).at(-1)).toMatchObject({ device: 'NVIDIA H200', wasThere: false });
      expect(await readFile(pip(), 'utf8')).toContain('jax[cuda12]==0.10.2');
    } else expect(seen.stderr).toContain('MB free and');
    const alone = await cli.run(['setup', '--cuda'], { env: environment() });
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain('--cuda belongs to --jax; for TensorFlow it is --gpu');
  });

  test('a Python that is named is tried out, and nothing is installed', async () => {
    const named = { LATENT_EXPLORER_JAX_PYTHON: join(programs(), 'python3') };
    const { code, stdout } = await setup(named);
    expect(code).toBe(0);
    expect(objects(stdout).at(-1)).toMatchObject({
      python: named.LATENT_EXPLORER_JAX_PYTHON,
      wasThere: true,
    });
    expect(existsSync(pip())).toBe(false);
    const old = await setup({ ...named, PROBE: '{"missing":"got JAX 0.4.1, expected 0.10.0 or newer"}' });
    expect(old.code).toBe(1);
    expect(old.stderr).toMatch(
      /got JAX 0\.4\.1, expected 0\.10\.0 or newer\. It is named by LATENT_EXPLORER_JAX_PYTHON/,
    );
    const none = await setup({ LATENT_EXPLORER_JAX_PYTHON: '/nonexistent/python' });
    expect(none.stderr).toContain('/nonexistent/python does not run JAX: spawn /nonexistent/python ENOENT');
  });

  test('Ctrl-C while pip downloads: all ends, and nothing half-made is left', async () => {
    const mark = cli.path('mark');
    const child = cli.start(['setup', '--jax', '--json'], { env: environment({ ENDLESS: mark }) });
    const end = ended(child);
    await eventually(() => existsSync(mark)).toBe(true);
    child.kill('SIGINT');
    const { code, stdout } = await end;
    expect(code).toBe(130);
    expect(objects(stdout).at(-1)).toEqual({ type: 'interrupted' });
    const pid = Number(await readFile(mark, 'utf8'));
    await eventually(() => isProcessAlive(pid)).toBe(false);
    expect(await jax()).toEqual([]);
  });

  test('killed while pip downloads: the next one starts anew and removes what was left', async () => {
    const mark = cli.path('mark-of-killed');
    const child = cli.start(['setup', '--jax', '--json'], { env: environment({ ENDLESS: mark }) });
    const end = ended(child);
    await eventually(() => existsSync(mark)).toBe(true);
    child.kill('SIGKILL');
    process.kill(Number(await readFile(mark, 'utf8')), 'SIGKILL');
    await end;
    expect((await jax()).length).toBeGreaterThan(0);
    expect((await setup()).code).toBe(0);
    expect(await jax()).toHaveLength(1);
  });
});
