import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { downloadCommand } from '../../src/cli/commands/download';
import type { Context } from '../../src/cli/context';
import { EXIT, toCliError } from '../../src/cli/exit';
import { CliOutput } from '../../src/cli/output';
import { createProgram } from '../../src/cli/program';
import { loadDataset, parseSource } from '../../src/datasets/load';
import { datasetOf, Mirror, serve } from '../download/mirror';
import type { Behaviour } from '../download/mirror';
import { objects } from './support';

/** Twelve images of 4 by 4 pixels and their labels, in the layout of MNIST. */
const images = gzipSync(Buffer.from([0, 0, 8, 3, 0, 0, 0, 12, 0, 0, 0, 4, 0, 0, 0, 4, ...Array(192).keys()]));
const labels = gzipSync(Buffer.from([0, 0, 8, 1, 0, 0, 0, 12, ...Array(12).keys()]));
const FILES = new Map([
  ['train-images-idx3-ubyte.gz', images],
  ['train-labels-idx1-ubyte.gz', labels],
  ['t10k-images-idx3-ubyte.gz', images],
  ['t10k-labels-idx1-ubyte.gz', labels],
]);

let cache = '';
let mirrors: Mirror[] = [];
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'cache-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(mirrors.map((mirror) => mirror.close()));
  mirrors = [];
  await rm(cache, { recursive: true });
});

const folder = (): string => join(cache, 'latent-explorer', 'datasets', 'invented');

/** `vae download invented`, in this process. */
async function download(behaviours: readonly Behaviour[], json = true, argument = 'invented') {
  for (const behaviour of behaviours) mirrors.push(await Mirror.start(FILES, behaviour));
  let stdout = '';
  let stderr = '';
  const streams = [
    { write: (text: string) => (stdout += text) },
    { write: (text: string) => (stderr += text) },
  ] as const;
  const clock = { today: () => new Date(0), now: () => 0 };
  const context: Context = {
    argv: [],
    cwd: cache,
    output: new CliOutput(...streams, json),
    ...clock,
    exitCode: EXIT.done,
  };
  const command = downloadCommand(context, datasetOf(FILES, mirrors), { allowLoopbackHttp: true });
  let error = '';
  try {
    await command
      .exitOverride()
      .configureOutput({ outputError: () => {} })
      .parseAsync([argument], {
        from: 'user',
      });
  } catch (thrown) {
    const { message, exitCode } = toCliError(thrown);
    error = message;
    context.exitCode = exitCode;
  }
  return { code: context.exitCode, stdout, stderr, error };
}

const host = (index: number): string => new URL(mirrors[index]!.url).host;
const gone: Behaviour = (_request, response) => void response.writeHead(410).end();

test('names the hosts first, then the folder and the command that trains on it', async () => {
  const { code, stdout, stderr } = await download([gone, serve], false);
  expect(code).toBe(0);
  const size = [...FILES.values()].reduce((sum, { length }) => sum + length, 0);
  expect(stdout.split('\n')).toEqual([
    `Invented: ${(size / 1000).toFixed(1)} kB from ${host(0)}, or else from ${host(1)}`,
    `train-images-idx3-ubyte.gz from ${host(0)}`,
    ...[...FILES.keys()].map((name) => `${name} from ${host(1)}`),
    `Invented is in ${folder()}`,
    'Train on it with:',
    `  vae train --data ${folder()}`,
    '',
  ]);
  expect(stderr).toBe(`${host(0)} answered with status 410\n`);
});

test('what it fetched is a dataset with labels and the split of MNIST', async () => {
  await download([serve]);
  const source = await parseSource(folder(), cache);
  expect(source).toEqual({ kind: 'idx', uri: pathToFileURL(folder()).href });
  const dataset = await loadDataset(source);
  expect(dataset).toMatchObject({ count: 24, shape: { width: 4, height: 4, channels: 1 } });
  expect(dataset.split).toMatchObject({ validation: Uint32Array.of(10, 11) });
  expect(dataset.labels?.values.at(-1)).toBe(11);
});

test('with --json each step is an object; a second time nothing is asked for', async () => {
  const first = await download([serve]);
  const lines = objects(first.stdout);
  expect(lines.map(({ type }) => type)).toEqual(['download', 'file', 'file', 'file', 'file', 'ready']);
  expect(lines[0]).toMatchObject({ dataset: 'invented', hosts: [host(0)] });
  expect(lines.at(-1)).toMatchObject({ folder: folder(), fetched: [...FILES.keys()] });
  const again = await download([]);
  expect(objects(again.stdout)).toEqual([
    { type: 'ready', dataset: 'invented', folder: folder(), fetched: [] },
  ]);
  expect(mirrors[0]!.requests).toHaveLength(4);
});

test('without a mirror that has it, says what each did and where a file may be put by hand', async () => {
  const { code, error } = await download([gone, gone]);
  expect(code).toBe(EXIT.failure);
  expect(error.split('\n')).toEqual([
    'train-images-idx3-ubyte.gz could not be downloaded:',
    `  ${host(0)}: answered with status 410`,
    `  ${host(1)}: answered with status 410`,
    'What has arrived is kept: try again later. Where this machine has no way to these hosts,',
    `get the file elsewhere and save it as ${join(folder(), 'train-images-idx3-ubyte.gz')}`,
  ]);
  // As it says: a file that is put there is not asked for.
  for (const [name, bytes] of FILES) await writeFile(join(folder(), name), bytes);
  expect(await download([])).toMatchObject({ code: 0 });
});

test('Ctrl-C ends it with what has arrived', async () => {
  const { code, stdout, stderr } = await download([
    () => void setImmediate(() => process.emit('SIGINT' as 'disconnect')),
  ]);
  expect(code).toBe(EXIT.interrupted);
  expect(objects(stdout).at(-1)).toEqual({ type: 'interrupted' });
  expect(objects(stderr)).toEqual([{ warning: 'stopping; what has arrived is kept' }]);
  expect(await readdir(folder())).toEqual([]);
});

test('an unknown dataset is refused with those that there are', async () => {
  const { error } = await download([], true, 'cifar');
  expect(error).toMatch(/'cifar' is invalid.*Allowed choices are invented/);
});

test('it is a command of `vae`, and its help says how much it fetches', async () => {
  const nowhere = { write: () => true };
  const context = {
    argv: ['download'],
    output: new CliOutput(nowhere, nowhere, false),
  } as unknown as Context;
  const program = await createProgram(context, nowhere, nowhere);
  const command = program.commands.find((each) => each.name() === 'download');
  expect(command?.helpInformation()).toMatch(/MNIST \(11\.6 MB\).*choices: "mnist"/s);
});
