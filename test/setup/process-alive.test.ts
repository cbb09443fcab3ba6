import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { isProcessAlive } from '../../src/setup/process-alive.mjs';
import { withZombie } from '../support/zombie';

test('this process runs; one that ended and was waited for does not', async () => {
  expect(isProcessAlive(process.pid)).toBe(true);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  expect(isProcessAlive(child.pid!)).toBe(true);
  child.kill('SIGKILL');
  await exited;
  expect(isProcessAlive(child.pid!)).toBe(false);
});

test.skipIf(process.platform !== 'linux')(
  'one that ended and that its parent never asks about does not run',
  () => withZombie((pid) => expect(isProcessAlive(pid)).toBe(false)),
);
