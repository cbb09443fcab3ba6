/** What `vae` ends with. Scripts rely on these numbers. */
export const EXIT = {
  done: 0,
  failure: 1,
  /** A wrong command line, or input that cannot be used. */
  badInput: 2,
  /** Ctrl-C, after a checkpoint. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Why a command ends early. `code` is for programs, the message says what was got, what was expected and what to do. */
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

/** A file or folder that the person named cannot be used. */
export function badInput(message: string): CliError {
  return new CliError('bad-input', message, EXIT.badInput);
}

/** Why standard output takes no more, and what to do. */
const OUTPUT_PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'no room is left there; make room, or send the output elsewhere',
  EDQUOT: 'your quota is used up there; make room, or send the output elsewhere',
  EFBIG: 'the file has reached the size that a file may have; send the output elsewhere',
  EBADF: 'it is closed; send the output into a file, or to /dev/null where nobody wants it',
  EIO: 'the terminal or the device is gone; send the output into a file',
};

/** Standard output could not be written. The command goes on, and the exit code tells. */
export function outputFailure({ code = 'unknown error', message }: NodeJS.ErrnoException): CliError {
  const what = `standard output cannot be written (${code}): ${OUTPUT_PROBLEMS[code] ?? `${message}; send the output elsewhere`}.`;
  const then =
    'The command goes on to its end and exits with 1; what it would still print is lost, files and runs are not';
  return new CliError('output-failed', `${what} ${then}`, EXIT.failure);
}

/** Errors of other modules that mean "the input is at fault", by their class name. */
const BAD_INPUT_NAMES = new Set(['DataError', 'RunError', 'RequestError', 'LockedError', 'EngineError']);

/** System errors that a path given by the person can cause. */
const PATH_PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; check the rights of the file or folder',
  EPERM: 'not permitted; check the rights of the file or folder',
  ENOENT: 'there is no such file or folder; check the path',
  ENOTDIR: 'a part of the path is a file where a folder was expected; check the path',
  EISDIR: 'this is a folder where a file was expected; check the path',
  EEXIST: 'this exists already; choose another name',
  EROFS: 'the file system is read-only; choose another place',
};

/** What is wrong with a path, and what to do; null for an error that is not about paths. */
export function pathProblem(code = ''): string | null {
  return code in PATH_PROBLEMS ? `${PATH_PROBLEMS[code]} (${code})` : null;
}

/** Any thrown value as an error with an exit code. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return new CliError('failed', String(error), EXIT.failure);
  if (BAD_INPUT_NAMES.has(error.name)) return badInput(error.message);
  const { code, path } = error as NodeJS.ErrnoException;
  const problem = path === undefined ? null : pathProblem(code);
  if (problem !== null) return badInput(`${path}: ${problem}`);
  return new CliError('failed', error.message, EXIT.failure);
}
