/**
 * Keeps ignoring the signals that were ignored when this process started. `nohup` ignores SIGHUP; a shell without job control
 * ignores SIGINT and SIGQUIT for background jobs. Node resets every signal before a script runs and keeps no record, so ignored
 * signals are inferred from other traces of such a start.
 */
import { fstatSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { isatty } from 'node:tty';
import { processOf } from './parent.mjs';

/**
 * Environment variable that passes the ignored signals to a child: the pid of its parent, a colon, and the signals. Meaningless
 * under another parent.
 */
const IGNORED_SIGNALS = 'VAE_IGNORED_SIGNALS';

/** @param {number} descriptor */
const statOf = (descriptor) => {
  try {
    return fstatSync(descriptor);
  } catch {
    return null;
  }
};

/** @param {number} descriptor */
const isNull = (descriptor) => statOf(descriptor)?.rdev === statSync('/dev/null').rdev;

/** Returns whether standard input cannot be read: GNU's nohup replaces a terminal there with an unreadable null device. */
const isUnreadableNull = () => {
  try {
    readSync(0, Buffer.alloc(1));
    return false;
  } catch {
    return true;
  }
};

/**
 * Returns whether the parent ignores SIGHUP, which children inherit. For SIGINT this would prove nothing: many parents ignore
 * it only while they wait.
 */
function parentIgnoresHangup() {
  try {
    const [, mask] =
      /^SigIgn:\s*([\da-f]+)/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8')) ?? [];
    return mask !== undefined && Number.parseInt(mask.slice(-1), 16) % 2 === 1;
  } catch {
    return false;
  }
}

/** Returns whether nohup started the process, or all its streams are redirected away from terminals and other programs. */
function outlivesTerminal() {
  if (parentIgnoresHangup()) return true;
  // nohup redirects both away from a terminal.
  if (isatty(1) || isatty(2)) return false;
  // bash and zsh put the name of the program that they start into `_`.
  if (basename(process.env._ ?? '') === 'nohup') return true;
  if (!isNull(0)) return false;
  return (
    isUnreadableNull() || [1, 2].every((descriptor) => isNull(descriptor) || statOf(descriptor)?.isFile())
  );
}

/**
 * Returns whether this is a background job without job control: in the process group of a shell that gave it no input, or whose
 * shell has ended.
 */
function isBackgroundJob() {
  if (!isNull(0)) return false;
  const own = processOf(process.pid);
  if (own === null || own.group === process.pid) return false;
  const parent = processOf(process.ppid);
  return parent === null || parent.group !== own.group || parent.isShell;
}

/** @returns {readonly NodeJS.Signals[]} */
function found() {
  if (process.platform === 'win32') return [];
  const [parent, names = ''] = (process.env[IGNORED_SIGNALS] ?? '').split(':');
  if (parent === String(process.ppid))
    return /** @type {NodeJS.Signals[]} */ (names.split(',').filter(Boolean));
  return [
    ...(outlivesTerminal() ? /** @type {const} */ (['SIGHUP']) : []),
    ...(isBackgroundJob() ? /** @type {const} */ (['SIGINT', 'SIGQUIT']) : []),
  ];
}

/** @type {readonly NodeJS.Signals[]} */
let kept = [];

/**
 * Keeps ignoring the signals that were ignored when this process started, as far as can be inferred. Call first, before
 * anything that takes long.
 * @param {readonly NodeJS.Signals[]} [among] the signals to consider
 */
export function keepIgnoredSignals(among = ['SIGHUP', 'SIGINT', 'SIGQUIT']) {
  kept = found().filter((signal) => among.includes(signal));
  for (const signal of kept) process.on(signal, () => undefined);
}

/** Returns the signals that this process keeps ignoring. */
export const ignoredSignals = () => kept;

/** Returns the environment variable that makes a child ignore the same signals. */
export function handedDown() {
  return { [IGNORED_SIGNALS]: `${process.pid}:${kept.join(',')}` };
}
