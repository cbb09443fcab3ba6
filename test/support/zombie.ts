import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { eventually } from './eventually';

/** Gives work the id of a process that has ended and that its parent never asks about, as in a container without an init process. */
export async function withZombie(work: (pid: number) => unknown): Promise<void> {
  // The shell becomes a program that does not know of its child.
  const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)));
    await eventually(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]![0]).toBe('Z');
    await work(pid);
  } finally {
    parent.kill('SIGKILL');
  }
}
