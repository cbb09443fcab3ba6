import type { ExitCode } from './exit';
import type { CliOutput } from './output';

/** What a command may know of the world outside its arguments. */
export interface Context {
  readonly cwd: string;
  readonly output: CliOutput;
  /** The time of day, for the names of runs. */
  readonly today: () => Date;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** What the process ends with; commands set it when that is not 0 and there is no error to throw. */
  exitCode: ExitCode;
}
