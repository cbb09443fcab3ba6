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

/** The command line is wrong. */
export function usageError(message: string): CliError {
  return new CliError('usage', message, EXIT.badInput);
}

/** A file or folder that the person named cannot be used. */
export function badInput(message: string): CliError {
  return new CliError('bad-input', message, EXIT.badInput);
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

/** Any thrown value as an error with an exit code. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return new CliError('failed', String(error), EXIT.failure);
  if (BAD_INPUT_NAMES.has(error.name)) return badInput(error.message);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== undefined && path !== undefined && code in PATH_PROBLEMS) {
    return badInput(`${path}: ${PATH_PROBLEMS[code]} (${code})`);
  }
  return new CliError('failed', error.message, EXIT.failure);
}
