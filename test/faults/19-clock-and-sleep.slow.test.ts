/** The system's clock jumps, or a process sleeps: times of a run stay those of a monotonic clock, and its lock stays its own. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LockedError, RunLock, lockHolder } from '../../src/runs/lock';
import { readMetrics } from '../../src/runs/metrics';
import { isProcessSuspended } from '../../src/setup/process-alive.mjs';
import { Cli, ended } from '../cli/support';
import { goesOn, processOf, SMALL, until } from './support';

/** Loaded into a process: SIGUSR2 sets its clock forward by ten years, then back by twenty, and so on. */
const JUMPS = `
const real = Date.now;
const RealDate = Date;
let shift = 0;
let next = 10;
globalThis.Date = class extends RealDate {
  constructor(...args) { args.length === 0 ? super(real() + shift) : super(...args); }
  static now() { return real() + shift; }
};
process.on('SIGUSR2', () => {
  shift += next * 365 * 864e5;
  next = next > 0 ? -20 : 20;
  require('node:fs').writeSync(2, 'the clock says ' + new Date().getFullYear() + '\\n');
});
`;

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
  await writeFile(cli.path('jumps.cjs'), JUMPS);
});
afterAll(() => cli.dispose());

const skip = process.platform === 'win32';

test.skipIf(skip)('a clock that jumps while a run trains', async () => {
  const run = cli.path('jumps');
  const start = performance.now();
  const child = cli.start(['train', '--data', 'digits:300', ...SMALL, '--samples', '1e9', '--run', run], {
    env: {
      ...process.env,
      XDG_STATE_HOME: cli.path('state'),
      NODE_OPTIONS: `--require=${cli.path('jumps.cjs')}`,
    },
  });
  const end = ended(child);
  await goesOn(run);
  for (let i = 0; i < 3; i++) {
    child.kill('SIGUSR2');
    await goesOn(run);
    expect(await lockHolder(run)).toBe('alive');
    await expect(RunLock.take(run, 500)).rejects.toThrow(LockedError);
  }
  child.kill('SIGTERM');
  const { stderr } = await end;
  const years = [...stderr.matchAll(/the clock says (\d+)/g)].map(([, year]) => Number(year));
  const now = new Date().getFullYear();
  expect(years.map((year) => Math.round((year - now) / 10))).toEqual([1, -1, 1]);
  const seconds = (await readMetrics(run)).map((row) => row.seconds);
  expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  expect(seconds.at(-1)).toBeLessThan((performance.now() - start) / 1000);
});

test.skipIf(skip)('a process that sleeps keeps its lock, and trains on when it wakes', async () => {
  const run = cli.path('sleeps');
  const child = cli.start(['train', '--data', 'digits:300', ...SMALL, '--samples', '1e9', '--run', run]);
  const end = ended(child);
  await goesOn(run);
  const pid = await processOf(run);
  process.kill(pid, 'SIGSTOP');
  await until(() => Promise.resolve(isProcessSuspended(pid)));
  const lock = await readFile(`${run}/run.lock`, 'utf8');
  expect(await lockHolder(run)).toBe('alive');
  // Longer than any heartbeat counts: the holder is known to live.
  await expect(RunLock.take(run, 0)).rejects.toThrow(`process ${pid}`);
  expect((await cli.run(['resume', run])).stderr).toContain(`is being trained by process ${pid}`);
  expect(await readFile(`${run}/run.lock`, 'utf8')).toBe(lock);
  process.kill(pid, 'SIGCONT');
  await goesOn(run);
  child.kill('SIGTERM');
  expect((await end).code).toBe(130);
  expect(await lockHolder(run)).toBe('none');
  if (child.exitCode === null) await once(child, 'exit');
});
