/** A training that the system ends for lack of memory is recognised, is not resumed, and its message names batch, size and remedy. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isMemoryMessage } from '../../src/endpoint/engine-end';
import { readRun } from '../../src/runs/store';
import { Cli, ended } from '../cli/support';
import { goesOn, processOf, SMALL, until } from './support';
import { MemoryGroup } from './support/memory-group';
import { openWindow } from './support/window';

const MB = 2 ** 20;
const mayLimit = await MemoryGroup.make('probe', 100 * MB).then(async (group) => {
  await group?.dispose();
  return group !== null;
});

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
  process.env['XDG_STATE_HOME'] = cli.path('state');
});
afterAll(() => cli.dispose());

/** A training whose values take 1.4 MB for each draw at least, and in fact more. */
const train = (draws: number, run: string): string =>
  `$VAE train --data digits:300 --preset fast --engine onnx --threads 1 --set hidden=1000 --set latent=2 --set minibatch=200 --set draws=${draws} --run ${run} --supervise`;

test.skipIf(!mayLimit)('a batch that cannot fit into a container is refused with the sum', async () => {
  const group = (await MemoryGroup.make('sum', 400 * MB))!;
  const { code, stderr } = await ended(cli.shell(`${group.enter}; exec ${train(500, 'sum')}`));
  expect({ code, kills: await group.kills() }).toEqual({ code: 2, kills: 0 });
  expect(stderr).toMatch(/needs at least 0\.7\d GB of memory \(.*\), and there are 0\.42 GB/);
  await group.dispose();
});

test.skipIf(!mayLimit)('a batch that is too large for a container is not tried again', async () => {
  const group = (await MemoryGroup.make('batch', 400 * MB))!;
  const { code, stderr } = await ended(cli.shell(`${group.enter}; exec ${train(250, 'huge')}`));
  expect(await group.kills()).toBeGreaterThan(0);
  expect(stderr).toContain(
    'was ended by SIGKILL: the memory of 400 MB did not suffice for a minibatch of 200 images of 28 × 28 × 1 with 250 draws each. ' +
      'Train a new run with a smaller minibatch, such as --set minibatch=100',
  );
  expect(stderr).not.toContain('resuming');
  expect(code).toBe(1);
  await group.dispose();
});

test.skipIf(!mayLimit)(
  'a training that made progress is not resumed either, and a window says why',
  async () => {
    const group = (await MemoryGroup.make('window', 700 * MB))!;
    const run = cli.path('small');
    const args = ['train', '--data', 'digits:300', ...SMALL, '--samples', '1e9', '--run', run, '--supervise'];
    const supervised = ended(cli.shell(`${group.enter}; exec $VAE ${args.join(' ')} --set patience=0`));
    await goesOn(run);
    const { runs, alerts, close } = openWindow();
    await runs.include(run);
    await goesOn(run);
    await group.exhaust(await processOf(run));
    const { code, stderr } = await supervised;
    expect(stderr).toContain('did not suffice for a minibatch of 10 images');
    expect([stderr.includes('resuming'), code]).toEqual([false, 1]);
    await until(() => Promise.resolve(alerts.length > 0));
    expect(alerts).toMatchObject([
      {
        kind: 'out-of-memory',
        message: expect.stringMatching(
          /memory of 700 MB .* such as --set minibatch=5, or give it more memory/,
        ) as string,
      },
    ]);
    expect((await readRun(run)).outcome).toBe('interrupted');
    close();
    await group.dispose();
  },
);

test.skipIf(process.platform === 'win32').each([
  ['SIGKILL', ''],
  ['SIGSEGV', ': its native library crashed'],
  ['SIGABRT', ': its native library gave up; the end of its log says why'],
] as const)(
  'a process that ends by %s for another reason is not said to lack memory',
  async (signal, why) => {
    const run = cli.path(signal);
    const child = cli.start(['train', '--data', 'digits:300', ...SMALL, '--run', run, '--supervise']);
    const end = ended(child);
    process.kill(await processOf(run), signal);
    expect((await end).stderr).toContain(`was ended by ${signal}${why} before it had recorded anything`);
  },
);

test.each([
  'Array buffer allocation failed',
  'std::bad_alloc',
  'Failed to allocate memory for requested buffer of size 40000000000',
  'OOM when allocating tensor with shape[20000,1000] and type float',
  'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
])('an allocation that failed is recognised: %s', (message) => {
  expect(isMemoryMessage(message)).toBe(true);
});
