/**
 * Signals that were ignored when this process began stay ignored. `nohup` ignores SIGHUP; a shell without job control ignores
 * SIGINT and SIGQUIT of what it starts in the background. Node sets every signal back before a script runs and keeps no
 * record, so they are told by what such a start leaves behind.
 */
import { fstatSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { isatty } from 'node:tty';
import { processOf } from './parent.mjs';

/** Hands what was found to a child: the pid of its parent, a colon, and the signals. Of another parent it means nothing. */
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

/** GNU's nohup puts a null device that cannot be read in place of a terminal on standard input. */
const isUnreadableNull = () => {
  try {
    readSync(0, Buffer.alloc(1));
    return false;
  } catch {
    return true;
  }
};

/** A parent that ignores SIGHUP hands that down. Of SIGINT this says nothing: many ignore it just while they wait. */
function parentIgnoresHangup() {
  try {
    const [, mask] =
      /^SigIgn:\s*([\da-f]+)/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8')) ?? [];
    return mask !== undefined && Number.parseInt(mask.slice(-1), 16) % 2 === 1;
  } catch {
    return false;
  }
}

/** Started by nohup, or with everything sent elsewhere than to a terminal or another program. */
function outlivesTerminal() {
  if (parentIgnoresHangup()) return true;
  // nohup takes a terminal away from both.
  if (isatty(1) || isatty(2)) return false;
  // bash and zsh say what they have started.
  if (basename(process.env._ ?? '') === 'nohup') return true;
  if (!isNull(0)) return false;
  return (
    isUnreadableNull() || [1, 2].every((descriptor) => isNull(descriptor) || statOf(descriptor)?.isFile())
  );
}

/** In the process group of a shell that gave it no input, or whose shell is gone: a background job without job control. */
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
 * Goes on ignoring what was ignored when this process began, as far as that can be told. Called first, before anything can
 * take long.
 * @param {readonly NodeJS.Signals[]} [among] the signals that are asked about
 */
export function keepIgnoredSignals(among = ['SIGHUP', 'SIGINT', 'SIGQUIT']) {
  kept = found().filter((signal) => among.includes(signal));
  for (const signal of kept) process.on(signal, () => undefined);
}

/** The signals that this process goes on ignoring. */
export const ignoredSignals = () => kept;

/** For the environment of a child that is to ignore the same signals. */
export function handedDown() {
  return { [IGNORED_SIGNALS]: `${process.pid}:${kept.join(',')}` };
}
