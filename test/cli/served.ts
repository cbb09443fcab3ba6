/** Runs one command line after another in one process: its parent sends each, and gets what it said and its exit code. */
import { join } from 'node:path';
import { runCli } from '../../src/cli/cli';
import type { Asked, Ended } from './server';

// The program that a command starts as a process of its own.
process.argv[1] = join(__dirname, 'vae.cjs');

process.on('message', ({ args, cwd, env }: Asked) => {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  const said = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof said) => ({ write: (text: string) => void (said[name] += text) });
  const ended = (code: number): Ended => ({ code, ...said });
  void runCli(args, { cwd, stdout: stream('stdout'), stderr: stream('stderr') }).then((code) =>
    process.send!(ended(code)),
  );
});
// Engine threads would keep it alive.
process.on('disconnect', () => process.exit());
