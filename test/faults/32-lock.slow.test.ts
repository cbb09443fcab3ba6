/** A lock that is stale, empty or torn is taken over exactly once, whatever is delayed or killed. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunLock, lockHolder } from '../../src/runs/lock';
import { rounds } from './support';
import { Programs, atOnce } from './support/programs';

/** Takes the lock, and while it has it nobody else may: `holding` can be made only once at a time. */
const TAKER = `
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { LockedError, RunLock } from '@/runs/lock';
const [run, holding, waits] = process.argv.slice(2);
void (async () => {
  process.stdout.write('ready\\n');
  if (waits === 'waits') await once(process.stdin, 'data');
  try {
    const lock = await RunLock.take(run!, 500);
    await mkdir(holding!);
    await writeFile(run + '/row', String(process.pid));
    process.stdout.write('held\\n');
    if (waits === 'waits' && !process.stdin.readableEnded) await once(process.stdin.resume(), 'end');
    if (!(await lock.isOurs())) throw new Error('the lock was lost');
    await rmdir(holding!);
    await lock.release();
  } catch (error) {
    process.stdout.write(error instanceof LockedError ? 'locked\\n' : 'error ' + String(error) + '\\n');
  }
  process.exit(0);
})();
`;

let programs: Programs;
let root: string;
let dead: number;
beforeAll(async () => {
  programs = await Programs.build({ taker: TAKER });
  root = await mkdtemp(join(tmpdir(), 'vae-lock-'));
  const child = spawn(process.execPath, ['-e', '0']);
  await new Promise((done) => child.once('exit', done));
  dead = child.pid!;
});
afterAll(async () => {
  await programs.dispose();
  await rm(root, { recursive: true, force: true });
});

/** A new run folder, with a place beside it for what its test keeps. */
async function newRun(): Promise<string> {
  const run = join(await mkdtemp(join(root, 'a-')), 'run');
  await mkdir(run);
  return run;
}

/** What lies in the folder before anybody comes. */
const states: Record<string, (run: string) => Promise<void>> = {
  nothing: () => Promise.resolve(),
  'an empty lock': (run) => writeFile(join(run, 'run.lock'), ''),
  'a torn lock': (run) => writeFile(join(run, 'run.lock'), '{"host":"ab'),
  'the lock of a dead process': staleLock,
};

async function staleLock(run: string): Promise<void> {
  const lock = await RunLock.take(run);
  const record = JSON.parse(await readFile(join(run, 'run.lock'), 'utf8')) as object;
  await lock.release();
  await writeFile(join(run, 'run.lock'), JSON.stringify({ ...record, pid: dead, nonce: 'stale' }));
}

const args = (run: string, waits: string): string[] => [run, join(run, '..', 'holding'), waits];

/** Files of the lock that stay behind; none may. */
const left = async (run: string): Promise<string[]> => (await readdir(run)).filter((name) => name !== 'row');

// Most of their time they wait to see whether a lock stays as it is.
test.concurrent.each(
  Object.keys(states).flatMap((state) => [
    { state, delayMs: 30, noLinks: false },
    { state, delayMs: 10, noLinks: true },
  ]),
)('four takers at once on $state, delays of up to $delayMs ms, no hard links: $noLinks', async (the) => {
  const { state, delayMs, noLinks } = the;
  const run = await newRun();
  for (let round = 0; round < rounds(1, 8); round++) {
    await states[state]!(run);
    const takers = [1, 2, 3, 4].map((taker) =>
      programs.start('taker', args(run, 'waits'), { seed: 4 * round + taker, delayMs, noLinks }),
    );
    const said = (await atOnce(takers)).map(({ stdout }) => stdout.split('\n').slice(1).join(' ').trim());
    expect(said.sort(), `round ${round}`).toEqual(['held', 'locked', 'locked', 'locked']);
    expect(await left(run)).toEqual([]);
  }
});

test.concurrent.each([
  ['nothing', 24],
  ['an empty lock', 5],
  ['the lock of a dead process', 24],
] as const)(
  'a taker that is killed at any of its calls leaves a lock that the next one takes: %s',
  async (state, kills) => {
    const counted = await newRun();
    const count = join(counted, '..', 'count');
    await states[state]!(counted);
    await programs.run('taker', args(counted, 'at once'), { count });
    const calls = Number(await readFile(count, 'utf8'));
    expect(calls).toBeGreaterThan(15);
    const points: number[] = [];
    for (let killAt = 1; killAt <= calls; killAt += 1 + Math.floor(calls / kills)) points.push(killAt);
    await sideBySide(points, async (killAt) => {
      const run = await newRun();
      await states[state]!(run);
      const { code } = await programs.run('taker', args(run, 'at once'), { killAt });
      expect(code, `it was not killed at call ${killAt}`).toBe(null);
      const lock = await RunLock.take(run);
      await lock.release();
      expect(await left(run), `killed at call ${killAt}`).toEqual([]);
    });
  },
);

/** Kills at once. */
const SIDE_BY_SIDE = 5;

async function sideBySide(points: readonly number[], check: (point: number) => Promise<void>): Promise<void> {
  const rest = [...points];
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (let point = rest.shift(); point !== undefined; point = rest.shift()) await check(point);
    }),
  );
}

test.concurrent('a full disk leaves no lock behind, and says why', async () => {
  const run = await newRun();
  // The second write is that of the lock itself, where there are no hard links.
  for (const fullAt of [1, 2])
    for (const seed of fullAt === 1 ? [1] : [1, 2, 3, 4]) {
      const noLinks = fullAt === 2;
      const end = await programs.run('taker', args(run, 'at once'), { fullAt, noLinks, delayMs: 30, seed });
      expect(end.stdout).toContain('ENOSPC');
      expect(end).toMatchObject({ code: 0, stderr: '' });
      expect(await left(run)).toEqual([]);
    }
});

test.concurrent('a loser writes nothing', async () => {
  const run = await newRun();
  const lock = await RunLock.take(run);
  const before = await readFile(join(run, 'run.lock'), 'utf8');
  const { stdout } = await programs.run('taker', args(run, 'at once'));
  expect(stdout).toContain('locked');
  expect(await readdir(run)).toEqual(['run.lock']);
  expect(await readFile(join(run, 'run.lock'), 'utf8')).toBe(before);
  await lock.release();
});

test.concurrent(
  'a record without a start time stands while its heartbeat moves, and falls when it stands still',
  async () => {
    const run = await newRun();
    const lock = await RunLock.take(run);
    const record = JSON.parse(await readFile(join(run, 'run.lock'), 'utf8')) as object;
    await lock.release();
    const write = (heartbeat: number): Promise<void> =>
      writeFile(
        join(run, 'run.lock'),
        JSON.stringify({ ...record, startTime: null, nonce: 'other', pid: 1, heartbeat }),
      );
    await write(0);
    expect(await lockHolder(run)).toBe('alive');
    let beat = 0;
    const beating = setInterval(() => void write(++beat), 100);
    await expect(RunLock.take(run, 1500)).rejects.toThrow('process 1');
    clearInterval(beating);
    await (await RunLock.take(run, 1500)).release();
  },
);
