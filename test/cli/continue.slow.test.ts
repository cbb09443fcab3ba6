/** `vae train --continue`, which a scheduler may call again and again, and a request to stop in the run folder. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectSameRun, goesOn, stepOf } from '../faults/support';
import { Hold } from '../support/hold';
import { Cli, ended, objects } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

const train = (name: string, ...more: string[]): string[] => [
  ...[
    'train',
    '--data',
    'digits:100',
    '--run',
    name,
    '--samples',
    '20000',
    '--threads',
    '1',
    '--engine',
    'wasm',
  ],
  ...[
    '--set',
    'hidden=8',
    '--set',
    'latent=2',
    '--set',
    'minibatch=10',
    '--set',
    'checkpointEvery=500',
    ...more,
  ],
];
const request = (name: string): string => cli.path(name, 'stop.request');

describe('vae train --continue', () => {
  test('begins a run, goes on with it after an end at any moment, and is done when it is finished', async () => {
    expect((await cli.run(train('whole'))).code).toBe(0);
    const hold = new Hold([700]);
    const child = cli.start(train('part', '--continue'), {
      env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') },
    });
    const end = ended(child);
    await hold.held(700);
    child.kill('SIGKILL');
    expect((await end).code).toBe(null);
    const again = await cli.run(train('part', '--continue'));
    expect(again.code).toBe(0);
    await expectSameRun(cli.path('part'), cli.path('whole'));
    const finished = await cli.run(train('part', '--continue', '--json'));
    expect(finished.code).toBe(0);
    expect(objects(finished.stdout).at(-1)).toMatchObject({ state: 'finished', samples: 20_000 });
  });

  test('goes on with the engine of the run, whatever is the usual one here', async () => {
    expect((await cli.run(train('engine', '--samples', '1000'))).code).toBe(0);
    const args = train('engine', '--continue', '--samples', '1000', '--engine', 'auto');
    const { code, stdout } = await cli.run(args);
    expect(code).toBe(0);
    expect(stdout).toContain('wasm (1 thread): as when this run began');
  });

  test('begins in a folder in which a start was cut off', async () => {
    await mkdir(cli.path('cut'));
    await writeFile(cli.path('cut', 'log.txt'), 'reading images\n');
    expect((await cli.run(train('cut', '--continue', '--samples', '1000'))).code).toBe(0);
    await mkdir(cli.path('other'));
    await writeFile(cli.path('other', 'thesis.txt'), 'mine');
    const { code, stderr } = await cli.run(train('other', '--continue'));
    expect(code).toBe(2);
    expect(stderr).toContain('is not empty');
    expect(await readFile(cli.path('other', 'thesis.txt'), 'utf8')).toBe('mine');
  });

  test('refuses another run than the one that is there, and needs its folder', async () => {
    expect((await cli.run(train('own', '--samples', '1000'))).code).toBe(0);
    const { code, stderr } = await cli.run(train('own', '--continue', '--seed', '7', '--samples', '2000'));
    expect(code).toBe(2);
    expect(stderr).toContain(
      'it has --seed 0, and --seed 7 was asked for, it has --samples 1000, and --samples 2000 was asked for',
    );
    const nameless = await cli.run(['train', '--data', 'digits:100', '--continue']);
    expect(nameless.code).toBe(2);
    expect(nameless.stderr).toContain('--continue: got no --run');
  });
});

describe('stop.request', () => {
  test('stops a training at a checkpoint, and is gone', async () => {
    const child = cli.start(train('asked', '--samples', '1e9'));
    const end = ended(child);
    await goesOn(cli.path('asked'));
    await writeFile(request('asked'), 'now!');
    const { code, stdout } = await end;
    expect(stdout).toContain('stopped at a checkpoint');
    expect(code).toBe(130);
    expect(existsSync(request('asked'))).toBe(false);
    expect(await readFile(cli.path('asked', 'log.txt'), 'utf8')).toContain('stop.request was found');
  });

  test('from before a start counts where a scheduler starts it, once, and not where a person does', async () => {
    await mkdir(cli.path('queued'));
    await writeFile(request('queued'), '');
    const first = await cli.run(train('queued', '--continue', '--samples', '1000'));
    expect(first.code).toBe(130);
    expect(first.stdout).toContain('stop.request was found');
    expect(existsSync(cli.path('queued', 'config.json'))).toBe(false);
    expect((await cli.run(train('queued', '--continue', '--samples', '1000'))).code).toBe(0);
    await writeFile(request('queued'), '');
    const resumed = await cli.run(['resume', 'queued', '--samples', '2000']);
    expect(resumed.code).toBe(0);
    expect(await stepOf(cli.path('queued'))).toBe(200);
    expect(existsSync(request('queued'))).toBe(false);
  });

  test('vae stop leaves one where another machine trains', async () => {
    expect((await cli.run(train('far', '--samples', '1000'))).code).toBe(0);
    const lock = {
      host: 'another-machine',
      boot: 'another',
      pid: 1,
      startTime: null,
      nonce: 'far',
      heartbeat: 0,
    };
    await writeFile(cli.path('far', 'run.lock'), JSON.stringify(lock));
    const { code, stdout, stderr } = await cli.run(['stop', 'far', '--json']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(objects(stdout)).toEqual([{ type: 'stopped', folder: cli.path('far'), means: 'request' }]);
    expect(existsSync(request('far'))).toBe(true);
  });
});
