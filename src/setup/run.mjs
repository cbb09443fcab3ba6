/** Running other programs: never blocking, never through a shell where it can be helped, the end of the output kept. */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Set-up speaks on stderr: stdout belongs to what runs after it. @param {string} text */
export function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeout] milliseconds; then the program is killed
 * @property {boolean} [shell]
 * @property {AbortSignal} [signal] ends the program and all that it started
 */

/** A program that was asked to end, so that it can remove its temporary files, has this long, in ms. */
const PATIENCE = 3_000;

/**
 * Runs a program to its end. A program that cannot be started is an exit code of 127 with the reason as its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} the last 16 KiB of what it printed; rejects when `signal` says so
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
      // A process group of its own, which can be ended as a whole: a compiler is several programs.
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
 * Ends the child's group when `signal` says so, and when this process ends.
 * @param {import('node:child_process').ChildProcess} child
 * @param {AbortSignal} signal
 * @returns {() => void} to be called when the child has ended
 */
function endWith(child, signal) {
  const end = (/** @type {NodeJS.Signals} */ how) => {
    if (child.pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, how);
    } catch {
      // It has ended.
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

/**
 * A folder that holds no code of a stranger: Python takes modules from the current folder, whatever lies there. Node's own.
 */
export const NEUTRAL_FOLDER = dirname(process.execPath);

/**
 * Runs npm with the scripts of packages switched off.
 * @param {readonly string[]} args
 * @param {RunOptions} options
 */
export function npm(args, options) {
  const env = { ...process.env, ...options.env };
  // What `npm start` leaves in the environment describes the project it started, not the folder we install into.
  for (const name of Object.keys(env))
    if (/^npm_(config_local_prefix|package_|lifecycle_)/i.test(name)) delete env[name];
  const all = [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
  const script = process.env.npm_execpath ?? '';
  if (/npm-cli\.[cm]?js$/.test(script) && existsSync(script))
    return run(process.execPath, [script, ...all], { ...options, env });
  // On Windows npm is a .cmd file, which only a shell can start; the arguments are ours and hold nothing to quote.
  return run('npm', all, { ...options, env, shell: process.platform === 'win32' });
}

/**
 * The last lines of a program's output, indented under our message.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 8) {
  const kept = output.trim().split(/\r?\n/).slice(-lines);
  return kept.map((line) => `  | ${line}`).join('\n');
}

/**
 * npm's reasons, without the help text that it puts after them.
 * @param {string} output
 */
export function npmReasons(output) {
  const reasons = output.split(/\r?\n/).filter((line) => /^npm (error|ERR!) \S/.test(line));
  return reasons.length > 0 ? tail(reasons.slice(0, 8).join('\n')) : tail(output);
}

/**
 * Full path of the first of these programs that the PATH leads to, or null. A name that is already a path is taken as it is.
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
