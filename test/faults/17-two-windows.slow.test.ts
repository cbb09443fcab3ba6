/** Two that resume one run at once, and windows that watch: one trains, and nobody else writes. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineConnection } from '../../src/host/engines/engine-connection';
import { readMetricLines } from '../../src/runs/metrics';
import { Cli, ended } from '../cli/support';
import { goesOn, processOf, SMALL, until } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
  process.env['XDG_STATE_HOME'] = cli.path('state');
});
afterAll(() => cli.dispose());

test('of two resumes at once one trains; the other says who does, and writes nothing', async () => {
  const killed = cli.path('run');
  const args = ['train', '--data', 'digits:300', ...SMALL, '--samples', '1e9', '--run', killed];
  const trained = cli.start([...args, '--set', 'patience=0']);
  const first = ended(trained);
  await goesOn(killed);
  trained.kill('SIGKILL');
  await first;
  const logBefore = await readFile(cli.path('run', 'log.txt'), 'utf8');
  const resumes = [1, 2].map(() => cli.start(['resume', killed, '--engine', 'onnx', '--threads', '1']));
  const all = resumes.map(ended);
  const loser = await Promise.race(all);
  const winner = resumes.find(({ exitCode }) => exitCode === null)!;
  expect(loser.code).toBe(2);
  expect(loser.stderr).toContain(`is being trained by process ${winner.pid}; stop it first or watch it`);
  await goesOn(killed);
  expect(await processOf(killed)).toBe(winner.pid);
  const log = (await readFile(cli.path('run', 'log.txt'), 'utf8')).slice(logBefore.length);
  expect(log.match(/process \d+: resuming/g)).toEqual([`process ${winner.pid}: resuming`]);
  const watching = new EngineConnection(killed);
  expect(await watching.connect()).toBe(true);
  const { step } = watching.status!;
  await until(() => Promise.resolve((watching.status?.step ?? 0) > step));
  const third = await cli.run(['resume', killed]);
  expect([third.code, third.stderr]).toEqual([2, expect.stringContaining('is being trained by process')]);
  expect((await cli.run(['stop', killed])).code).toBe(0);
  await Promise.all(all);
  watching.dispose();
  const recorded = await readMetricLines(killed);
  expect(recorded.filter(({ type }) => type === 'resumed')).toHaveLength(1);
  const from = recorded.findIndex(({ type }) => type === 'resumed');
  const steps = recorded.slice(from + 1).flatMap((line) => (line.type === 'train' ? [line.step] : []));
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
});
