/** kill -9 of the training process: it is resumed by itself, and the run ends with the bytes of one that was not disturbed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listCheckpoints } from '../../src/runs/checkpoint';
import { readMetricLines, readMetrics } from '../../src/runs/metrics';
import { Cli, ended } from '../cli/support';
import { goesOn, isAlive, processOf, SMALL, until } from './support';

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
  const rows = async (name: string) =>
    (await readMetrics(cli.path(name))).map((row) => ({ ...row, seconds: 0 }));
  expect(await rows('killed')).toEqual(await rows('whole'));
  const last = (await listCheckpoints(run)).at(-1)!;
  const file = join('checkpoints', `${last}.safetensors`);
  const [a, b] = await Promise.all(['killed', 'whole'].map((name) => readFile(cli.path(name, file))));
  expect(a!.equals(b!)).toBe(true);
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
