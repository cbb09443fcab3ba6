import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunLock } from '../../src/runs/lock';
import {
  leaveStopRequest,
  removeOldStopRequest,
  STOP_REQUEST,
  takeStopRequest,
} from '../../src/runs/stop-request';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-stop-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = () => join(folder, STOP_REQUEST);

test('a request is taken once', async () => {
  expect(await takeStopRequest(folder)).toBe(false);
  await leaveStopRequest(folder);
  await leaveStopRequest(folder);
  expect(await readdir(folder)).toEqual([STOP_REQUEST]);
  expect(await takeStopRequest(folder)).toBe(true);
  expect(await takeStopRequest(folder)).toBe(false);
  expect(await readdir(folder)).toEqual([]);
});

test('what is in it does not matter, however long it is', async () => {
  await writeFile(file(), '{"type": "\u001b[2J');
  expect(await takeStopRequest(folder)).toBe(true);
  await writeFile(file(), '');
  await truncate(file(), 2 ** 40);
  expect(await takeStopRequest(folder)).toBe(true);
});

test('a folder of its name is no request', async () => {
  await mkdir(file());
  expect(await takeStopRequest(folder)).toBe(false);
  expect(await readdir(folder)).toEqual([STOP_REQUEST]);
});

test.skipIf(process.platform === 'win32')('a link is no request, and is not followed', async () => {
  const target = join(folder, 'target');
  await writeFile(target, 'somebody else’s');
  await symlink(target, file());
  expect(await takeStopRequest(folder)).toBe(false);
  await expect(leaveStopRequest(folder)).rejects.toThrow(/is a link/);
  expect(await readFile(target, 'utf8')).toBe('somebody else’s');
});

test('without the folder there is none', async () => {
  expect(await takeStopRequest(join(folder, 'gone'))).toBe(false);
});

test('one that is older than the lock was made to another; one made once the lock is there counts', async () => {
  await leaveStopRequest(folder);
  await removeOldStopRequest(folder);
  expect(await readdir(folder)).toEqual([STOP_REQUEST]);
  await utimes(file(), 1_000_000, 1_000_000);
  const lock = await RunLock.take(folder);
  try {
    await removeOldStopRequest(folder);
    expect(await takeStopRequest(folder)).toBe(false);
    await leaveStopRequest(folder);
    await removeOldStopRequest(folder);
    expect(await takeStopRequest(folder)).toBe(true);
  } finally {
    await lock.release();
  }
});
