/** kill -9 of the training process: it is resumed by itself, and the run ends with the bytes of one that was not disturbed. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listCheckpoints } from '../../src/runs/checkpoint';
import { Cli, ended } from '../cli/support';
import { Hold } from '../support/hold';
import { expectSameRun, goesOn, processOf, rounds, stepOf, trainSteadily, until } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

/** With the run's own engine: another one computes other last digits. */
const resume = (name: string): string[] => [
  ...['resume', cli.path(name), '--engine', 'onnx', '--threads', '1'],
];

const KILLS = rounds(3);
/** Kills of one run before it may end. */
const KILLS_OF_A_RUN = 10;

test(`killed ${KILLS} times at any step, and resumed`, async () => {
  expect((await cli.run(trainSteadily(60_000, 'steady'))).code).toBe(0);
  const lastStep = await stepOf(cli.path('steady'));
  for (let kills = 0, run = 0; kills < KILLS; run++) {
    const name = `loop${run}`;
    for (let i = 0; i < KILLS_OF_A_RUN && kills < KILLS; i++, kills++) {
      const before = i === 0 ? 0 : await stepOf(cli.path(name));
      const child = cli.start(i === 0 ? trainSteadily(60_000, name) : resume(name));
      const end = ended(child);
      // Multiples of the golden ratio fall evenly between 0 and 1: kills come at any distance from the last one.
      const part = (0.618 * (kills + 1)) % 1;
      const at = before + Math.floor(part * (lastStep - before) * 0.5);
      await until(async () => (await stepOf(cli.path(name))) > at);
      process.kill(await processOf(cli.path(name)), 'SIGKILL');
      expect((await end).code).toBe(null);
    }
    expect((await cli.run(resume(name))).code).toBe(0);
    await expectSameRun(cli.path(name), cli.path('steady'));
    await rm(cli.path(name), { recursive: true });
  }
});

test('--supervise resumes a killed training, and its run is as a whole one', async () => {
  const run = cli.path('killed');
  expect((await cli.run(trainSteadily(15_000, 'whole'))).code).toBe(0);
  const kills = [500, 1000];
  const hold = new Hold(kills);
  const child = cli.start(trainSteadily(15_000, 'killed', '--supervise'), {
    env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') },
  });
  const end = ended(child);
  for (const step of kills) {
    await hold.held(step);
    expect(await listCheckpoints(run)).not.toEqual([]);
    hold.free(step);
    process.kill(await processOf(run), 'SIGKILL');
  }
  const { code, stderr } = await end;
  expect(code).toBe(0);
  expect(stderr.match(/was ended by SIGKILL; resuming/g)).toHaveLength(2);
  await expectSameRun(run, cli.path('whole'));
});

test('the exit code is the training’s own, and a stop is passed on', async () => {
  expect((await cli.run(trainSteadily(1000, 'short', '--supervise'))).code).toBe(0);
  expect((await cli.run(trainSteadily(1000, 'wrong', '--supervise', '--set', 'latent=many'))).code).toBe(2);
  const child = cli.start(trainSteadily(10_000_000, 'stopped', '--supervise'));
  const end = ended(child);
  await goesOn(cli.path('stopped'));
  child.kill('SIGTERM');
  const { code, stdout } = await end;
  expect(code).toBe(130);
  expect(stdout).toContain('stopped at a checkpoint');
});
