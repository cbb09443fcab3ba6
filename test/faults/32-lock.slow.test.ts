/** A lock that is stale, empty or torn is taken over exactly once, whatever is delayed or killed. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
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
let run: string;
let dead: number;
beforeAll(async () => {
  programs = await Programs.build({ taker: TAKER });
  const child = spawn(process.execPath, ['-e', '0']);
  await new Promise((done) => child.once('exit', done));
  dead = child.pid!;
});
afterAll(() => programs.dispose());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-lock-'));
  run = join(root, 'run');
  await mkdir(run);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** What lies in the folder before anybody comes. */
const states: Record<string, () => Promise<void>> = {
  nothing: () => Promise.resolve(),
  'an empty lock': () => writeFile(join(run, 'run.lock'), ''),
  'a torn lock': () => writeFile(join(run, 'run.lock'), '{"host":"ab'),
  'the lock of a dead process': staleLock,
};

async function staleLock(): Promise<void> {
  const lock = await RunLock.take(run);
  const record = JSON.parse(await readFile(join(run, 'run.lock'), 'utf8')) as object;
  await lock.release();
  await writeFile(join(run, 'run.lock'), JSON.stringify({ ...record, pid: dead, nonce: 'stale' }));
}

const args = (waits: string): string[] => [run, join(root, 'holding'), waits];

/** Files of the lock that stay behind; none may. */
const left = async (): Promise<string[]> => (await readdir(run)).filter((name) => name !== 'row');

test.each(
  Object.keys(states).flatMap((state) => [
    { state, delayMs: 30, noLinks: false },
    { state, delayMs: 10, noLinks: true },
  ]),
)('four takers at once on $state, delays of up to $delayMs ms, no hard links: $noLinks', async (the) => {
  const { state, delayMs, noLinks } = the;
  for (let round = 0; round < rounds(1, 8); round++) {
    await states[state]!();
    const takers = [1, 2, 3, 4].map((taker) =>
      programs.start('taker', args('waits'), { seed: 4 * round + taker, delayMs, noLinks }),
    );
    const said = (await atOnce(takers)).map(({ stdout }) => stdout.split('\n').slice(1).join(' ').trim());
    expect(said.sort(), `round ${round}`).toEqual(['held', 'locked', 'locked', 'locked']);
    expect(await left()).toEqual([]);
  }
});

test.each([
  ['nothing', 24],
  // Each of these waits to see whether the file stays as it is.
  ['an empty lock', 5],
  ['the lock of a dead process', 24],
] as const)(
  'a taker that is killed at any of its calls leaves a lock that the next one takes: %s',
  async (state, kills) => {
    const count = join(root, 'count');
    await states[state]!();
    await programs.run('taker', args('at once'), { count });
    const calls = Number(await readFile(count, 'utf8'));
    expect(calls).toBeGreaterThan(15);
    for (let killAt = 1; killAt <= calls; killAt += 1 + Math.floor(calls / kills)) {
      await rm(run, { recursive: true });
      await mkdir(run);
      await states[state]!();
      const { code } = await programs.run('taker', args('at once'), { killAt });
      expect(code, `it was not killed at call ${killAt}`).toBe(null);
      await rm(join(root, 'holding'), { recursive: true, force: true });
      const lock = await RunLock.take(run);
      await lock.release();
      expect(await left(), `killed at call ${killAt}`).toEqual([]);
    }
  },
);

test('a full disk leaves no lock behind, and says why', async () => {
  // The second write is that of the lock itself, where there are no hard links.
  for (const fullAt of [1, 2])
    for (const seed of fullAt === 1 ? [1] : [1, 2, 3, 4]) {
      const noLinks = fullAt === 2;
      const end = await programs.run('taker', args('at once'), { fullAt, noLinks, delayMs: 30, seed });
      expect(end.stdout).toContain('ENOSPC');
      expect(end).toMatchObject({ code: 0, stderr: '' });
      expect(await left()).toEqual([]);
    }
});

test('a loser writes nothing', async () => {
  const lock = await RunLock.take(run);
  const before = await readFile(join(run, 'run.lock'), 'utf8');
  const { stdout } = await programs.run('taker', args('at once'));
  expect(stdout).toContain('locked');
  expect(await readdir(run)).toEqual(['run.lock']);
  expect(await readFile(join(run, 'run.lock'), 'utf8')).toBe(before);
  await lock.release();
});

test('a record without a start time stands while its heartbeat moves, and falls when it stands still', async () => {
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
});
