import { constants } from 'node:os';
import { ClusterError } from '../cluster/ray/errors';
import { withLimit } from '../text/system-limit';

/** Exit codes of `vae`. Scripts rely on these numbers. */
export const EXIT = {
  done: 0,
  failure: 1,
  /** Wrong usage or unusable input. */
  badInput: 2,
  /** `vae check` found something. */
  found: 3,
  /** Stopped by Ctrl-C, after a checkpoint. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Returns the exit code of a command whose engine was ended by a signal, as shells have it. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** Returns the signal that ended the engine of a command with this exit code; null if none did. */
export function signalOf(code: number | null): NodeJS.Signals | null {
  if (code === null || code <= EXIT.interrupted) return null;
  const signals = Object.keys(constants.signals) as NodeJS.Signals[];
  return signals.find((signal) => exitCodeOf(signal) === code) ?? null;
}

/** An error that ends a command. `code` is for programs; the message says what was got, what was expected and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    readonly code: string,
    message: string,
    readonly exitCode: ExitCode,
  ) {
    super(message);
  }
}

/** Returns an error for a file or folder, named by the user, that cannot be used. */
export function badInput(message: string): CliError {
  return new CliError('bad-input', message, EXIT.badInput);
}

/** Reasons for failed writes to standard output, with what to do, by system error code. */
const OUTPUT_PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'no room is left there; make room, or send the output elsewhere',
  EDQUOT: 'your quota is used up there; make room, or send the output elsewhere',
  EFBIG: 'the file has reached the size that a file may have; send the output elsewhere',
  EBADF: 'it is closed; send the output into a file, or to /dev/null where nobody wants it',
  EIO: 'the terminal or the device is gone; send the output into a file',
};

/** Describes a failed write to standard output. The command continues, and the exit code reports the failure. */
export function outputFailure({ code = 'unknown error', message }: NodeJS.ErrnoException): CliError {
  const what = `standard output cannot be written (${code}): ${OUTPUT_PROBLEMS[code] ?? `${message}; send the output elsewhere`}.`;
  const then =
    'The command continues to its end and exits with 1; its remaining output is lost, files and runs are not';
  return new CliError('output-failed', `${what} ${then}`, EXIT.failure);
}

/** Class names of errors from other modules that mean bad input. */
const BAD_INPUT_NAMES = new Set([
  'DataError',
  'RunError',
  'RequestError',
  'LockedError',
  'EngineError',
  'ModelFileError',
]);

/** System errors that a path from the user can cause, with what to do. */
const PATH_PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; check the rights of the file or folder',
  EPERM: 'not permitted; check the rights of the file or folder',
  ENOENT: 'there is no such file or folder; check the path',
  ENOTDIR: 'a part of the path is a file where a folder was expected; check the path',
  EISDIR: 'this is a folder where a file was expected; check the path',
  EEXIST: 'this exists already; choose another name',
  ENAMETOOLONG: 'the name is longer than the file system allows; choose a shorter one',
  ELOOP: 'symbolic links lead in a circle; check the path',
  EROFS: 'the file system is read-only; choose another place',
};

/** Describes a problem with a path and what to do; returns null for error codes that are not about paths. */
export function pathProblem(code = ''): string | null {
  return code in PATH_PROBLEMS ? `${PATH_PROBLEMS[code]} (${code})` : null;
}

/** Converts any thrown value to an error with an exit code. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return new CliError('failed', String(error), EXIT.failure);
  if (BAD_INPUT_NAMES.has(error.name)) return badInput(withLimit(error));
  if (error instanceof ClusterError)
    return new CliError(
      `cluster-${error.problem}`,
      error.message,
      error.problem === 'unusable-target' ? EXIT.badInput : EXIT.failure,
    );
  const { code, path } = error as NodeJS.ErrnoException;
  const problem = path === undefined ? null : pathProblem(code);
  if (problem !== null) return badInput(`${path}: ${problem}`);
  return new CliError('failed', withLimit(error), EXIT.failure);
}
