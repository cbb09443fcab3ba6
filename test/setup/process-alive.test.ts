import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isProcessAlive } from '../../src/setup/process-alive.mjs';
import { eventually } from '../support/eventually';

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
  async () => {
    // The shell becomes a program that does not know of its child.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)));
      await eventually(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]![0]).toBe('Z');
      expect(isProcessAlive(pid)).toBe(false);
    } finally {
      parent.kill('SIGKILL');
    }
  },
);
