/** Replaces this process with another program, as far as Node can: same terminal, signals and exit code. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { constants } from 'node:os';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { handedDown, ignoredSignals } from './ignored-signals.mjs';

/** @typedef {{ file: string, isShown: boolean }} Log a file, and whether the terminal receives the same */

/**
 * Runs a program with this process's terminal and forwards signals to it.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @param {Log} [log] for the program's output
 * @returns {Promise<number>} the exit code; 128 + number for an end by signal
 */
export function handOver(program, args, options = {}, log = undefined) {
  return new Promise((resolve, reject) => {
    const full = { ...options, env: { ...(options.env ?? process.env), ...handedDown() } };
    const { child, written } =
      log === undefined
        ? { child: spawn(program, [...args], { ...full, stdio: 'inherit' }), written: Promise.resolve() }
        : logged(program, args, full, log);
    // A terminal sends Ctrl-C to the whole process group, so the child already receives it; twice would mean "stop at once".
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
    // Fires once all output has arrived, too.
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      written.then(() => resolve(exitCode), reject);
    });
  });
}

/**
 * Spawns a program whose output goes to a log file without control sequences and, if it is shown, to the terminal.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {Log} log
 */
function logged(program, args, options, { file: path, isShown }) {
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const env = { ...process.env, ...colours, ...options.env };
  const child = spawn(program, [...args], { ...options, env, stdio: ['inherit', 'pipe', 'pipe'] });
  const file = createWriteStream(path);
  /** @type {[import('node:stream').Readable, NodeJS.WriteStream][]} */
  const streams = [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ];
  for (const [from, to] of streams)
    from.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      if (isShown) to.write(text);
      file.write(stripVTControlCharacters(text));
    });
  child.on('close', () => file.end());
  return { child, written: finished(file) };
}
