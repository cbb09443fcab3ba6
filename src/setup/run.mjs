/** Runs other programs asynchronously and, if possible, without a shell; keeps the end of their output. */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * Prints on stderr: stdout belongs to the program that runs after setup.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeout] milliseconds; then the program is killed
 * @property {boolean} [shell]
 * @property {AbortSignal} [signal] ends the program and its child processes
 */

/** Time that a program has to remove its temporary files between SIGINT and SIGKILL, in ms. */
const PATIENCE = 3_000;

/**
 * Runs a program to its end. If it cannot be started, the exit code is 127 and the output is the reason.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} the last 16 KiB of its output; rejects if `signal` is aborted
 */
export function run(command, args, { cwd, env, timeout, shell = false, signal } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, [...args], {
      cwd,
      env: env ?? process.env,
      timeout,
      killSignal: 'SIGKILL',
      shell,
      // A separate process group can be ended as a whole: a compiler runs several programs.
      detached: signal !== undefined && process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const release = signal ? endWith(child, signal) : () => undefined;
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => (output = (output + chunk.toString()).slice(-16_384));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      release();
      resolve({ code: 127, output: String(error.message) });
    });
    child.on('close', (code, by) => {
      release();
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: code ?? 128, output: by ? `${output}\nended by ${by}` : output });
    });
  });
}

/**
 * Ends the child's process group when `signal` is aborted, and when this process exits.
 * @param {import('node:child_process').ChildProcess} child
 * @param {AbortSignal} signal
 * @returns {() => void} call it when the child has ended
 */
function endWith(child, signal) {
  const end = (/** @type {NodeJS.Signals} */ how) => {
    if (child.pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, how);
    } catch {
      // The process group has already ended.
    }
  };
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const ask = () => {
    end('SIGINT');
    timer = setTimeout(end, PATIENCE, 'SIGKILL');
  };
  const kill = () => end('SIGKILL');
  signal.addEventListener('abort', ask, { once: true });
  process.once('exit', kill);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', ask);
    process.off('exit', kill);
  };
}

/** Node's own folder, as a working directory without foreign code: Python imports modules from its working directory. */
export const NEUTRAL_FOLDER = dirname(process.execPath);

/**
 * Runs npm with package scripts disabled.
 * @param {readonly string[]} args
 * @param {RunOptions} options
 */
export function npm(args, options) {
  const env = { ...process.env, ...options.env };
  // `npm start` leaves variables that describe the project it started, not the folder we install into.
  for (const name of Object.keys(env))
    if (/^npm_(config_local_prefix|package_|lifecycle_)/i.test(name)) delete env[name];
  const all = [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
  const script = process.env.npm_execpath ?? '';
  if (/npm-cli\.[cm]?js$/.test(script) && existsSync(script))
    return run(process.execPath, [script, ...all], { ...options, env });
  // On Windows npm is a .cmd file, which only a shell can start; our arguments need no quoting.
  return run('npm', all, { ...options, env, shell: process.platform === 'win32' });
}

/**
 * Returns the last lines of a program's output, indented under our message.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 8) {
  const kept = output.trim().split(/\r?\n/).slice(-lines);
  return kept.map((line) => `  | ${line}`).join('\n');
}

/**
 * Returns npm's error lines, without the help text that follows them.
 * @param {string} output
 */
export function npmReasons(output) {
  const reasons = output.split(/\r?\n/).filter((line) => /^npm (error|ERR!) \S/.test(line));
  return reasons.length > 0 ? tail(reasons.slice(0, 8).join('\n')) : tail(output);
}

/**
 * Returns the full path of the first of these programs on the PATH, or null. A name that is already a path is used as is.
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | null}
 */
export function findProgram(names, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean);
  for (const name of names) {
    const candidates = /[\\/]/.test(name) ? [name] : folders.map((folder) => join(folder, name));
    for (const candidate of candidates)
      for (const ending of endings)
        if (statSync(candidate + ending, { throwIfNoEntry: false })?.isFile()) return candidate + ending;
  }
  return null;
}
