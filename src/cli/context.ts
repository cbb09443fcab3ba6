import type { ExitCode } from './exit';
import type { CliOutput } from './output';

/** Environment of a command: working directory, output, clocks and exit code. */
export interface Context {
  readonly cwd: string;
  /** Arguments of the command line. */
  readonly argv: readonly string[];
  readonly output: CliOutput;
  /** Current date, for run names. */
  readonly today: () => Date;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Exit code of the process; a command sets it to exit with a non-zero code without throwing. */
  exitCode: ExitCode;
}
