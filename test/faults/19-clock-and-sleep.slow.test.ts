/** The system's clock jumps, or a process sleeps: times of a run stay those of a monotonic clock, and its lock stays its own. */
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listCheckpoints } from '../../src/runs/checkpoint';
import { LockedError, RunLock, lockHolder } from '../../src/runs/lock';
import { readMetrics } from '../../src/runs/metrics';
import { isProcessSuspended } from '../../src/setup/process-alive.mjs';
import { Cli, ended } from '../cli/support';
import { Hold } from '../support/hold';
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

test.skipIf(skip)(
  'a process that sleeps so long that another machine takes over writes nothing when it wakes',
  async () => {
    const run = cli.path('taken');
    // Not between its look at the lock and the row that it then writes.
    const hold = new Hold([100]);
    const child = cli.start(['train', '--data', 'digits:300', ...SMALL, '--samples', '1e9', '--run', run], {
      env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') },
    });
    const end = ended(child);
    await hold.held(100);
    const pid = await processOf(run);
    process.kill(pid, 'SIGSTOP');
    await until(() => Promise.resolve(isProcessSuspended(pid)));
    const lock = JSON.parse(await readFile(`${run}/run.lock`, 'utf8')) as object;
    // As another machine writes it, whose own clock has seen no heartbeat for a minute.
    const theirs = JSON.stringify({ ...lock, host: 'elsewhere', nonce: 'theirs' });
    await rm(`${run}/run.lock`);
    await writeFile(`${run}/run.lock`, theirs);
    const before = await contents(run);
    hold.free(100);
    process.kill(pid, 'SIGCONT');
    const { code, stderr } = await end;
    expect(code).toBe(2);
    expect(stderr).toContain('another process has taken over this run');
    // What it writes for people names no step; the curve, the weights and the lock are the other machine's.
    expect(await contents(run)).toEqual(before);
    expect(await readFile(`${run}/run.lock`, 'utf8')).toBe(theirs);
  },
);

/** The curve, and the names of the checkpoints. */
const contents = async (run: string): Promise<[string, number[]]> => [
  await readFile(`${run}/metrics.jsonl`, 'utf8'),
  await listCheckpoints(run),
];

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
