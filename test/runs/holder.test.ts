import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heartbeatText, identityOfThis, judge, lockText, parseLock } from '../../src/runs/holder';
import type { LockRecord } from '../../src/runs/holder';
import { processStartTime } from '../../src/runs/process-start';

let other: ChildProcess;
let ours: LockRecord;
beforeAll(async () => {
  other = spawn(process.execPath, ['-e', 'process.stdout.write("ready"); setInterval(() => 0, 1000)']);
  await new Promise((ready) => other.stdout!.once('data', ready));
  ours = { ...(await identityOfThis()), heartbeat: 0 };
});
afterAll(() => void other.kill('SIGKILL'));

/** The record of the other process. */
const theirs = async (): Promise<LockRecord> => {
  return { ...ours, pid: other.pid!, startTime: await processStartTime(other.pid!) };
};

describe('the holder of a lock', () => {
  test('is this process, or another one that lives', async () => {
    expect(await judge(ours)).toBe('alive');
    expect(await judge(await theirs())).toBe('alive');
  });

  test.skipIf(process.platform === 'win32')('is dead if another process has its pid by now', async () => {
    expect(await judge({ ...(await theirs()), startTime: '1' })).toBe('dead');
    expect(await judge({ ...ours, startTime: '1' })).toBe('dead');
    // The start time of this process, with the pid of the other one.
    expect(await judge({ ...ours, pid: other.pid! })).toBe('dead');
  });

  test('is uncertain if nobody knows when it started', async () => {
    expect(await judge({ ...(await theirs()), startTime: null })).toBe('uncertain');
  });

  test('is dead after its end, and after another start of the machine', async () => {
    const child = spawn(process.execPath, ['-e', '0']);
    await new Promise((end) => child.once('exit', end));
    for (const startTime of ['1', null])
      expect(await judge({ ...ours, pid: child.pid!, startTime })).toBe('dead');
    expect(await judge({ ...ours, boot: 'another' })).toBe('dead');
  });

  test('cannot be judged on another machine, or from a torn file', async () => {
    expect(await judge({ ...ours, host: 'another', boot: 'another' })).toBe('foreign');
    expect(await judge(null)).toBe('torn');
  });
});

describe('the text of a lock', () => {
  test('comes back, and its heartbeat can be overwritten in place', () => {
    const { text, heartbeatAt } = lockText(ours);
    expect(parseLock(text)).toEqual(ours);
    const bytes = Buffer.from(text);
    bytes.write(heartbeatText(1234), heartbeatAt);
    expect(parseLock(bytes.toString())).toEqual({ ...ours, heartbeat: 1234 });
    bytes.write(heartbeatText(9_999_999_999), heartbeatAt);
    expect(parseLock(bytes.toString())).toEqual({ ...ours, heartbeat: 9_999_999_999 });
  });

  test.each([
    ['host', 1],
    ['boot', null],
    ['pid', 0],
    ['pid', -1],
    ['pid', 1.5],
    ['pid', '1'],
    ['startTime', 1],
    ['startTime', undefined],
    ['nonce', ''],
    ['nonce', '../other'],
    ['nonce', 'a b'],
    ['nonce', 'x'.repeat(65)],
    ['nonce', 7],
    ['heartbeat', -1],
    ['heartbeat', 'many'],
    ['heartbeat', 2 ** 53],
  ])('is torn if its %s is %j', (key, value) => {
    expect(parseLock(JSON.stringify({ ...ours, [key]: value }))).toBeNull();
  });

  test('may have no start time, and a nonce of 64 characters', () => {
    for (const change of [{ startTime: null }, { nonce: 'x'.repeat(64) }, { heartbeat: 0 }])
      expect(parseLock(JSON.stringify({ ...ours, ...change }))).toMatchObject(change);
  });

  test.each(['', '{', 'null', '[]', '1'])('is torn if it is %j', (text) => {
    expect(parseLock(text)).toBeNull();
  });

  test('names its holder anew each time', async () => {
    const nonces = await Promise.all([1, 2, 3].map(async () => (await identityOfThis()).nonce));
    expect(new Set(nonces).size).toBe(3);
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
  });
});
