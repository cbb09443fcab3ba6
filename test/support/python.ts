import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { peersEnvironment } from '../../bench/peers/environment.mjs';

const peers = peersEnvironment(join(__dirname, '..', '..', 'bench', 'peers', 'requirements.txt'));

/** A Python: VAE_PYTHON, else the one of `npm run bench -- install`, else whatever `python3` is. */
const python = process.env['VAE_PYTHON'] ?? (existsSync(peers.python) ? peers.python : 'python3');

/** Whether that Python has packages, by the names that they are imported by. */
export function hasPackages(...names: readonly string[]): boolean {
  try {
    execFileSync(python, ['-c', `import ${names.join(', ')}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a script in a folder; it should end when its standard input does. What it prints on standard error is this process's own. */
export function startPython(cwd: string, script: string, ...args: readonly string[]): ChildProcess {
  const stdio = ['pipe', 'pipe', 'inherit'] as const;
  return spawn(python, ['-B', '-c', script, ...args], { cwd, stdio: [...stdio], env: environment(cwd) });
}

const environment = (cwd: string) => ({ ...process.env, PYTHONPATH: cwd, PYTHONUTF8: '1' });

/** Runs a script in a folder, and returns what it printed on standard output. @throws Error with standard error if it fails */
export function runPython(cwd: string, script: string, ...args: readonly string[]): string {
  // -B: no files of Python's cache beside files under test.
  return execFileSync(python, ['-B', '-c', script, ...args], {
    ...{ cwd, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] },
    env: environment(cwd),
  });
}
