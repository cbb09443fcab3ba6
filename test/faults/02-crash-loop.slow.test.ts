/** A training process that dies again and again is not resumed for ever: the last end says what to do. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMetricLines } from '../../src/runs/metrics';
import { Cli, ended } from '../cli/support';
import { killAndWait, processOf, trainSteadily, until } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

test('the fourth end within three minutes is the last, and says what to do', async () => {
  const run = cli.path('again');
  const end = ended(cli.start(trainSteadily(10_000_000, 'again', '--supervise')));
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
  const end = ended(cli.start(trainSteadily(10_000, 'early', '--supervise')));
  process.kill(await processOf(cli.path('early')), 'SIGKILL');
  const { code, stderr } = await end;
  expect(code).toBe(1);
  expect(stderr).toContain('before it had recorded anything');
});
