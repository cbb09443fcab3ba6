import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LockedError, RunLock, lockHolder } from '../../src/runs/lock';
import type { LockRecord } from '../../src/runs/lock';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'vae-lock-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const read = async (): Promise<LockRecord> =>
  JSON.parse(await readFile(join(folder, 'run.lock'), 'utf8')) as LockRecord;
const write = (record: LockRecord): Promise<void> =>
  writeFile(join(folder, 'run.lock'), JSON.stringify(record));

test('one writer at a time; free again after release', async () => {
  const lock = await RunLock.take(folder);
  expect(await lockHolder(folder)).toBe('alive');
  await expect(RunLock.take(folder)).rejects.toThrow(LockedError);
  await lock.release();
  expect(await lockHolder(folder)).toBe('none');
  await (await RunLock.take(folder)).release();
});

test('a lock of a dead process is taken over', async () => {
  const child = spawn(process.execPath, ['-e', '0']);
  await new Promise((done) => child.once('exit', done));
  const lock = await RunLock.take(folder);
  const record = await read();
  await lock.release();
  await write({ ...record, pid: child.pid!, startTime: '1', nonce: 'other' });
  expect(await lockHolder(folder)).toBe('dead');
  await (await RunLock.take(folder)).release();
});

test('a lock of an earlier boot is taken over, even where its pid is in use again', async () => {
  const lock = await RunLock.take(folder);
  const record = await read();
  await lock.release();
  await write({ ...record, boot: 'an earlier one', nonce: 'other' });
  expect(await lockHolder(folder)).toBe('dead');
});

test('a pid that another process got since is not the holder', async () => {
  const lock = await RunLock.take(folder);
  const record = await read();
  await lock.release();
  await write({ ...record, startTime: record.startTime === null ? null : '1', nonce: 'other' });
  expect(await lockHolder(folder)).toBe(record.startTime === null ? 'alive' : 'dead');
});

test('a lock of another machine stands while its heartbeat moves, and falls when it does not', async () => {
  const lock = await RunLock.take(folder);
  const record = { ...(await read()), host: 'elsewhere', nonce: 'other' };
  await lock.release();
  await write(record);
  expect(await lockHolder(folder)).toBe('foreign');
  const beating = setInterval(() => void write({ ...record, heartbeat: 7 }), 100);
  await expect(RunLock.take(folder, 1500)).rejects.toThrow('another machine');
  clearInterval(beating);
  await write(record);
  await (await RunLock.take(folder, 300)).release();
});

test('a holder that lost its lock knows it and does not delete the new one', async () => {
  const lock = await RunLock.take(folder);
  await write({ ...(await read()), nonce: 'other' });
  expect(await lock.isOurs()).toBe(false);
  await lock.release();
  expect((await read()).nonce).toBe('other');
});
