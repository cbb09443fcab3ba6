import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { underWatch } from './progress';

test.skipIf(process.platform !== 'linux').each([
  ['that computes moves', 'const end = Date.now() + 5000; while (Date.now() < end);', true],
  ['that sleeps does not', 'setTimeout(() => undefined, 60_000)', false],
])('a process %s', async (_name, script, moves) => {
  const child = spawn(process.execPath, ['-e', script]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const [outcome] = await Promise.allSettled([underWatch(() => ended, 2_500)]);
  child.kill('SIGKILL');
  expect(outcome.status).toBe(moves ? 'fulfilled' : 'rejected');
});
