/** A pipe or an endless device where a command expects a file is refused at once; it never waits for a writer. */
import { spawnSync } from 'node:child_process';
import { copyFile, symlink } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cli, writeImages } from '../cli/support';
import { SMALL, has } from './support';

let cli: Cli;
const NAMES = [
  'file',
  'file.json',
  'file.csv',
  'file.npy',
  'file.npz',
  'file.zip',
  'file.parquet',
  'a-idx3-ubyte',
];
beforeAll(async () => {
  cli = await Cli.build();
  await writeImages(cli.path('pictures'), 20);
  const trained = await cli.run([
    'train',
    '--data',
    'pictures',
    ...SMALL,
    '--samples',
    '100',
    '--run',
    'run',
  ]);
  expect(trained.code).toBe(0);
  for (const name of NAMES) expect(spawnSync('mkfifo', [cli.path(`pipe-${name}`)]).status).toBe(0);
  for (const name of NAMES) await symlink('/dev/zero', cli.path(`zero-${name}`));
  await copyFile(cli.path('pictures/0.png'), cli.path('pictures.png'));
});
afterAll(() => cli.dispose());

const COMMANDS: readonly (readonly string[])[] = [
  ...NAMES.map((name) => ['inspect', name]),
  ['train', '--data', 'pictures', '--leave-out', 'file'],
  ['train', '--data', 'pictures', '--leave-out', 'file.json'],
  ['train', '--data', 'pictures', '--labels', 'file.csv'],
  ['encode', 'run', 'file'],
  ['interpolate', 'run', 'file', 'pictures.png'],
];

test.skipIf(!has('mkfifo')).each(['pipe', 'zero'])('a %s', async (kind) => {
  for (const command of COMMANDS) {
    const args = command.map((part) => (NAMES.includes(part) ? `${kind}-${part}` : part));
    const { code, stderr } = await cli.run(args);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(stderr).toMatch(/not a regular file|is a pipe|is a link|none of the images/);
  }
});
