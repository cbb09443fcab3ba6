import type { ExitCode } from './exit';
import type { KeyStream } from './keys';
import type { ProtocolStreams } from './mcp/protocol-streams';
import type { CliOutput } from './output';

/** Environment of a command: working directory, output, clocks and exit code. */
export interface Context {
  readonly cwd: string;
  /** Arguments of the command line. */
  readonly argv: readonly string[];
  readonly output: CliOutput;
  /** Standard input; not opened before it is needed. Absent where there is none. */
  readonly input?: (() => KeyStream) | undefined;
  /** Standard streams for a command that speaks a protocol on them; absent where there are none. */
  readonly streams?: (() => ProtocolStreams) | undefined;
  /** Current date, for run names. */
  readonly today: () => Date;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Exit code of the process; a command sets it to exit with a non-zero code without throwing. */
  exitCode: ExitCode;
}
