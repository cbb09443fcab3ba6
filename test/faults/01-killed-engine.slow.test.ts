/** kill -9 of the training process: it is resumed by itself, and the run ends with the bytes of one that was not disturbed. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listCheckpoints } from '../../src/runs/checkpoint';
import { readMetricLines, readMetrics } from '../../src/runs/metrics';
import { Cli, ended } from '../cli/support';
import { goesOn, isAlive, processOf, rounds, SMALL, stepOf, until } from './support';

const train = (samples: number, run: string, ...more: string[]): string[] => [
  ...['train', '--data', 'digits:300', ...SMALL, '--samples', String(samples), '--run', run],
  ...['--set', 'checkpointEvery=200', '--set', 'patience=0', ...more],
];

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

/** Kills the process that trains, and waits for the next one. */
async function killAndWait(run: string): Promise<void> {
  const pid = await processOf(run);
  process.kill(pid, 'SIGKILL');
  await until(async () => !isAlive(pid) && (await processOf(run)) !== pid);
}

/** With the run's own engine: another one computes other last digits. */
const resume = (name: string): string[] => [
  ...['resume', cli.path(name), '--engine', 'onnx', '--threads', '1'],
];

/** Compares the rows and the last checkpoint of two runs. */
async function expectSame(name: string, other: string): Promise<void> {
  const rows = async (of: string) => (await readMetrics(cli.path(of))).map((row) => ({ ...row, seconds: 0 }));
  expect(await rows(name)).toEqual(await rows(other));
  const last = (await listCheckpoints(cli.path(name))).at(-1)!;
  const file = join('checkpoints', `${last}.safetensors`);
  const [a, b] = await Promise.all([name, other].map((of) => readFile(cli.path(of, file))));
  expect(a!.equals(b!)).toBe(true);
}

const KILLS = rounds(3);
/** Kills of one run before it may end. */
const KILLS_OF_A_RUN = 10;

test(`killed ${KILLS} times at any step, and resumed`, async () => {
  expect((await cli.run(train(60_000, 'steady'))).code).toBe(0);
  const lastStep = await stepOf(cli.path('steady'));
  for (let kills = 0, run = 0; kills < KILLS; run++) {
    const name = `loop${run}`;
    for (let i = 0; i < KILLS_OF_A_RUN && kills < KILLS; i++, kills++) {
      const before = i === 0 ? 0 : await stepOf(cli.path(name));
      const child = cli.start(i === 0 ? train(60_000, name) : resume(name));
      const end = ended(child);
      // Multiples of the golden ratio fall evenly between 0 and 1: kills come at any distance from the last one.
      const part = (0.618 * (kills + 1)) % 1;
      const at = before + Math.floor(part * (lastStep - before) * 0.5);
      await until(async () => (await stepOf(cli.path(name))) > at);
      process.kill(await processOf(cli.path(name)), 'SIGKILL');
      expect((await end).code).toBe(null);
    }
    expect((await cli.run(resume(name))).code).toBe(0);
    await expectSame(name, 'steady');
    await rm(cli.path(name), { recursive: true });
  }
});

test('--supervise resumes a killed training, and its run is as a whole one', async () => {
  const run = cli.path('killed');
  const whole = cli.run(train(150_000, 'whole'));
  const child = cli.start(train(150_000, 'killed', '--supervise'));
  const end = ended(child);
  for (let i = 0; i < 2; i++) {
    await goesOn(run);
    await until(async () => (await listCheckpoints(run)).length > 0);
    await killAndWait(run);
  }
  const { code, stderr } = await end;
  expect(code).toBe(0);
  expect((await whole).code).toBe(0);
  expect(stderr.match(/was ended by SIGKILL; resuming/g)).toHaveLength(2);
  await expectSame('killed', 'whole');
});

test('the fourth end within three minutes is the last, and says what to do', async () => {
  const run = cli.path('again');
  const end = ended(cli.start(train(10_000_000, 'again', '--supervise')));
  for (let i = 0; i < 3; i++) {
    const before = (await readMetricLines(run).catch(() => [])).length;
    await until(async () => (await readMetricLines(run)).length > before);
    await killAndWait(run);
  }
  const before = (await readMetricLines(run)).length;
  await until(async () => (await readMetricLines(run)).length > before);
  process.kill(await processOf(run), 'SIGKILL');
  const { code, stderr } = await end;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /was ended by SIGKILL for the 4th time within minutes; .* `vae resume \S+again` tries again/,
  );
});

test('one that dies before it has recorded anything is not resumed', async () => {
  const end = ended(cli.start(train(10_000, 'early', '--supervise')));
  process.kill(await processOf(cli.path('early')), 'SIGKILL');
  const { code, stderr } = await end;
  expect(code).toBe(1);
  expect(stderr).toContain('before it had recorded anything');
});

test('the exit code is the training’s own, and a stop is passed on', async () => {
  expect((await cli.run(train(1000, 'short', '--supervise'))).code).toBe(0);
  expect((await cli.run(train(1000, 'wrong', '--supervise', '--set', 'latent=many'))).code).toBe(2);
  const child = cli.start(train(10_000_000, 'stopped', '--supervise'));
  const end = ended(child);
  await goesOn(cli.path('stopped'));
  child.kill('SIGTERM');
  const { code, stdout } = await end;
  expect(code).toBe(130);
  expect(stdout).toContain('stopped at a checkpoint');
});
