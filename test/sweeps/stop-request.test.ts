import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunLock } from '../../src/runs/lock';
import { isStopRequested, removeStopRequest, requestStop } from '../../src/sweeps/stop-request';
import { temporaryFolder } from '../datasets/fixtures';

test('a request is for the process that carries out the sweep now, and for no later one', async () => {
  const folder = await temporaryFolder();
  const first = await RunLock.take(folder);
  expect(await isStopRequested(folder, first.nonce)).toBe(false);
  await requestStop(folder);
  expect(await isStopRequested(folder, first.nonce)).toBe(true);
  await first.release();
  const second = await RunLock.take(folder);
  expect(await isStopRequested(folder, second.nonce)).toBe(false);
  await requestStop(folder);
  expect(await isStopRequested(folder, second.nonce)).toBe(true);
  await removeStopRequest(folder);
  expect(await isStopRequested(folder, second.nonce)).toBe(false);
  await second.release();
});

test('where nobody carries it out, nobody is asked', async () => {
  const folder = await temporaryFolder();
  await requestStop(folder);
  const lock = await RunLock.take(folder);
  expect(await isStopRequested(folder, lock.nonce)).toBe(false);
  await lock.release();
});

test.skipIf(process.platform === 'win32')('a link or a large file is no request', async () => {
  const folder = await temporaryFolder();
  const lock = await RunLock.take(folder);
  const elsewhere = join(folder, 'elsewhere');
  await writeFile(elsewhere, lock.nonce);
  await symlink(elsewhere, join(folder, 'stop.request'));
  expect(await isStopRequested(folder, lock.nonce)).toBe(false);
  await rm(join(folder, 'stop.request'));
  await writeFile(join(folder, 'stop.request'), lock.nonce.repeat(100));
  expect(await isStopRequested(folder, lock.nonce)).toBe(false);
  await lock.release();
});
