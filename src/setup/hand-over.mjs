/** Becoming another program, as far as Node can: its terminal, its signals, its exit code. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { handedDown, ignoredSignals } from './ignored-signals.mjs';

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} the exit code; 128 + number for an end by signal
 */
export function handOver(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...(options.env ?? process.env), ...handedDown() };
    const child = spawn(program, [...args], { ...options, env, stdio: 'inherit' });
    // A terminal sends Ctrl-C to the whole group, so the child has it already; twice would mean "stop at once".
    const fromTerminal = Boolean(process.stdin.isTTY ?? process.stdout.isTTY);
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== 'SIGINT' || !fromTerminal) child.kill(signal);
    };
    const ignored = ignoredSignals();
    const signals = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP']).filter(
      (signal) => !ignored.includes(signal),
    );
    for (const signal of signals) process.on(signal, forward);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
