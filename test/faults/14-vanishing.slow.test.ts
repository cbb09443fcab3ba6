/** Row 14: folders that cannot be read, and files that vanish or change while they are read or while a run goes on. */
import { chmod, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listCheckpoints, newestCheckpoint } from '../../src/runs/checkpoint';
import { readRun } from '../../src/runs/store';
import { Cli, ended, objects, writeImages } from '../cli/support';
import { npyWithHeader } from '../datasets/array-fixtures';
import { greyPng } from '../datasets/fixtures';
import { goesOn, SMALL, until } from './support';

const windows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;
const IMAGES = 40;

let cli: Cli;
// With the threads that decode images and draw minibatches, as the product has them.
beforeAll(async () => (cli = await Cli.build(['pictures', 'chunks'])));
afterAll(() => cli.dispose());

const trainOf = (data: string, run: string, samples: string): string[] => [
  ...['train', '--data', data, ...SMALL, '--set', 'patience=0', '--samples', samples, '--run', run],
];

async function lastBytes(run: string): Promise<Buffer> {
  const last = (await listCheckpoints(cli.path(run))).at(-1)!;
  return readFile(cli.path(run, 'checkpoints', `${last}.safetensors`));
}

test.skipIf(windows)('a folder that may not be read is listed, and the others are used', async () => {
  await writeImages(cli.path('partly'), IMAGES);
  await writeImages(cli.path('partly', 'closed'), 5);
  await chmod(cli.path('partly', 'closed'), 0o000);
  await chmod(cli.cwd, 0o777);
  // The superuser may read everything.
  const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};
  try {
    const { code, stdout } = await cli.run(['inspect', 'partly', '--json'], nobody);
    expect(code).toBe(0);
    const [dataset] = objects(stdout);
    expect(dataset).toMatchObject({
      count: IMAGES,
      skipped: [{ path: 'closed', reason: 'no permission to read it' }],
    });
  } finally {
    await chmod(cli.path('partly', 'closed'), 0o755);
  }
});

test('a file that vanishes just before it is opened is skipped and counted; the run is the one without it', async () => {
  await writeImages(cli.path('vanishing'), IMAGES);
  const victim = cli.path('vanishing', 'victim.png');
  await writeFile(victim, greyPng(8, 200));
  const disturbed = {
    ...process.env,
    XDG_STATE_HOME: cli.path('state'),
    NODE_OPTIONS: `--require ${resolve('test/faults/support/disturb.cjs')}`,
    VAE_TEST_DISTURB: JSON.stringify({ vanish: 'victim.png' }),
  };
  const { code, stderr } = await cli.run(trainOf('vanishing', 'run-vanishing', '1000'), { env: disturbed });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `skipped 1 of ${IMAGES + 1} files: victim.png (not found: it does not exist, or was removed)\n`,
  });
  await expect(stat(victim)).rejects.toThrow('ENOENT');
  expect((await cli.run(trainOf('vanishing', 'run-without', '1000'))).code).toBe(0);
  expect((await lastBytes('run-vanishing')).equals(await lastBytes('run-without'))).toBe(true);
});

describe('while a run goes on', () => {
  test('its folder of images may change and vanish; it ends as if nothing had been', async () => {
    await writeImages(cli.path('photos'), IMAGES);
    expect((await cli.run(trainOf('photos', 'whole', '60000'))).code).toBe(0);
    const child = cli.start(trainOf('photos', 'run', '60000'));
    const end = ended(child);
    await goesOn(cli.path('run'));
    await writeFile(cli.path('photos', '1.png'), 'changed');
    await rm(cli.path('photos'), { recursive: true });
    expect(child.exitCode).toBeNull();
    expect(await end).toMatchObject({ code: 0, stderr: '' });
    expect((await lastBytes('run')).equals(await lastBytes('whole'))).toBe(true);
  });

  test('a large array that it reads from its file may vanish: the run says so, and resumes once it is back', async () => {
    // As many images as do not come into memory; the file has no blocks on the disk.
    const count = 270_000;
    const header = npyWithHeader(
      `{'descr': '|u1', 'fortran_order': False, 'shape': (${count}, 28, 28), }`,
      new Uint8Array(),
    );
    const array = cli.path('large.npy');
    const file = await open(array, 'w');
    await file.writeFile(header);
    await file.truncate(header.length + count * 28 * 28);
    await file.close();
    const train = trainOf('large.npy', 'large', '100000000');
    const child = cli.start([...train, '--set', 'checkpointEvery=50']);
    const end = ended(child);
    await until(async () => child.exitCode !== null || (await listCheckpoints(cli.path('large'))).length > 0);
    await rename(array, cli.path('away.npy'));
    const { code, stderr } = await end;
    expect(code).not.toBe(0);
    expect(stderr).toContain('large.npy: not found');
    expect((await readRun(cli.path('large'))).outcome).toBe('failed');
    const { step } = (await newestCheckpoint(cli.path('large'), (damaged) => expect(damaged).toBe('')))!;
    expect(step).toBeGreaterThan(0);

    await rename(cli.path('away.npy'), array);
    const resumed = cli.start(['resume', cli.path('large'), '--engine', 'onnx', '--threads', '1']);
    const stopped = ended(resumed);
    await until(
      async () =>
        resumed.exitCode !== null || ((await listCheckpoints(cli.path('large'))).at(-1) ?? 0) > step,
    );
    resumed.kill('SIGINT');
    expect((await stopped).code).toBe(130);
  });
});
