/** Standard output and standard error that cannot be written: full, closed, broken, or a terminal that is gone. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun } from '../../src/runs/store';
import { Cli, ended, objects, writeImages } from '../cli/support';
import { Hold } from '../support/hold';
import { has, SMALL, until } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

const TRAIN = `$VAE train --data digits:300 --samples 5000 ${SMALL.join(' ')}`;

describe.skipIf(!existsSync('/dev/full'))('standard output is full', () => {
  beforeAll(async () => {
    await writeImages(cli.path('images'), 3, 28);
    expect((await ended(cli.shell(`${TRAIN} --run ready > /dev/null`))).code).toBe(0);
  });

  test.each([
    ['--version'],
    ['--help'],
    ['help train'],
    ['inspect digits --json'],
    ['runs'],
    ['evaluate ready --engine onnx --limit 10'],
    ['evaluate ready --engine onnx --limit 10 --json'],
    ['encode ready --engine onnx images/0.png images/1.png'],
    ['export ready'],
  ])('vae %s: a message and exit code 1', async (args) => {
    const { code, stderr } = await ended(cli.shell(`$VAE ${args} > /dev/full`));
    expect(code).toBe(1);
    const message = args.endsWith('--json')
      ? (objects(stderr)[0]!['error'] as { message: string }).message
      : stderr;
    expect(message).toMatch(/standard output cannot be written \(ENOSPC\): .*make room, or send/);
    expect(stderr.trimEnd().split('\n'), stderr).toHaveLength(1);
  });

  test.each([[''], ['--json']])('training %s goes on to its end, and the exit code tells', async (json) => {
    const run = `full${json}`;
    const { code, stderr } = await ended(cli.shell(`${TRAIN} --run ${run} ${json} > /dev/full`));
    expect(code).toBe(1);
    expect(stderr.match(/ENOSPC/g)).toHaveLength(1);
    expect(await readRun(cli.path(run))).toMatchObject({ outcome: 'finished', lastRow: { samples: 5000 } });
  });

  test('standard error that is full, too, or alone', async () => {
    const both = await ended(cli.shell(`${TRAIN} --run both > /dev/full 2> /dev/full`));
    expect(both.code).toBe(1);
    expect((await readRun(cli.path('both'))).outcome).toBe('finished');
    // Bad input: the message is lost, the exit code is not.
    expect((await ended(cli.shell('$VAE evaluate nowhere 2> /dev/full'))).code).toBe(2);
    const alone = await ended(cli.shell(`${TRAIN} --run alone --json 2> /dev/full`));
    expect(alone.code).toBe(0);
    expect(objects(alone.stdout).at(-1)).toMatchObject({ type: 'ended', state: 'finished' });
  });
});

describe.skipIf(process.platform === 'win32')('standard output is a pipe that the reader closes', () => {
  test('is no error, and says nothing', async () => {
    const script = '{ $VAE --help; echo "code $?" >&2; } | true';
    expect(await ended(cli.shell(script))).toMatchObject({ stdout: '', stderr: 'code 0\n' });
  });

  test('training goes on', async () => {
    const script = `{ ${TRAIN} --run piped --json; echo "code $?" >&2; } | head -n 1`;
    const { stdout, stderr } = await ended(cli.shell(script));
    expect(objects(stdout)).toMatchObject([{ type: 'run' }]);
    expect(stderr).toBe('code 0\n');
    expect((await readRun(cli.path('piped'))).outcome).toBe('finished');
  });
});

describe.skipIf(process.platform !== 'linux')('standard output is closed', () => {
  test('a message and exit code 1; a null device is no closed output, whoever opened it', async () => {
    const { stderr } = await ended(cli.shell('$VAE --version >&-; echo "code $?" >&2'));
    expect(stderr).toMatch(/^vae: standard output cannot be written \(EBADF\): it is closed.*\ncode 1\n$/);
    const script = '$VAE --version > /dev/null; echo "code $?" >&2';
    expect((await ended(cli.shell(script))).stderr).toBe('code 0\n');
    const inherited = cli.shell('$VAE --version; echo "code $?" >&2', 'sh', {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    expect((await ended(inherited)).stderr).toBe('code 0\n');
    expect((await cli.run(['--version'], { stdio: 'ignore' })).code).toBe(0);
  });

  test('standard error that is closed is survived', async () => {
    const { stdout } = await ended(cli.shell('$VAE evaluate nowhere 2>&-; echo "code $?"'));
    expect(stdout).toBe('code 2\n');
  });

  test('training goes on', async () => {
    const { stderr } = await ended(cli.shell(`${TRAIN} --run closed >&-; echo "code $?" >&2`));
    expect(stderr).toMatch(/EBADF.*\ncode 1\n$/);
    expect((await readRun(cli.path('closed'))).outcome).toBe('finished');
  });
});

test.skipIf(!has('script'))('a terminal that is gone (EIO): training that outlives it goes on', async () => {
  const hold = new Hold([50]);
  const inner = `trap "" HUP; ${TRAIN} --run terminal; echo "code $?" > ended.new; mv ended.new ended`;
  const terminal = cli.shell(`${hold.exports}; exec script -qfc '${inner}' /dev/null`);
  await hold.held(50);
  const gone = ended(terminal);
  terminal.kill('SIGKILL');
  await gone;
  hold.free(50);
  const code = await until(() => readFile(cli.path('ended'), 'utf8').catch(() => null));
  expect(code).toBe('code 1\n');
  expect(await readRun(cli.path('terminal'))).toMatchObject({
    outcome: 'finished',
    lastRow: { samples: 5000 },
  });
});
