/** The start time tells a process from a later one of the same id, whatever a process calls itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { processStartTime } from '../../src/runs/process-start';

/** A process of this name that says when it runs. */
async function processCalled(title: string) {
  const script = `process.title = ${JSON.stringify(title)}; console.log('runs'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child;
}

test('a process that began later has a later one, which stays', async () => {
  const own = await processStartTime(process.pid);
  const child = await processCalled(') 1 2 3 (x y');
  try {
    const time = await processStartTime(child.pid!);
    expect(own).not.toBeNull();
    expect(time).not.toBeNull();
    expect(await processStartTime(process.pid)).toBe(own);
    expect(await processStartTime(child.pid!)).toBe(time);
    // In ticks since the boot: none of the small numbers beside it.
    if (process.platform === 'linux') expect(Number(time)).toBeGreaterThan(Number(own));
    else expect(time).not.toBe(own);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a process that is gone has none', async () => {
  const child = await processCalled('vae');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await processStartTime(child.pid!)).toBeNull();
});
