import { CommanderError } from 'commander';
import { JaxProcessError } from '../engine/jax/process';
import type { Context } from './context';
import { EXIT, exitCodeOf, toCliError } from './exit';
import type { KeyStream } from './keys';
import type { ProtocolStreams } from './mcp/protocol-streams';
import { CliOutput } from './output';
import type { TextStream } from './text-stream';
import { createProgram, fromCommander } from './program';

/** Working directory and streams of a command line. */
export interface CliEnvironment {
  readonly cwd: string;
  readonly input?: () => KeyStream;
  readonly streams?: () => ProtocolStreams;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
}

/** Terminals without cursor movement name themselves `dumb`; logs of continuous integration may have a terminal and no cursor. */
const mayRedraw = ({ TERM, CI }: NodeJS.ProcessEnv): boolean =>
  TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false');

/** Runs one command line (arguments without the program name); never rejects. @returns the exit code */
export async function runCli(
  argv: readonly string[],
  { cwd, input, streams, stdout, stderr }: CliEnvironment,
): Promise<number> {
  const output = new CliOutput(stdout, stderr, argv.includes('--json'), mayRedraw(process.env));
  const context: Context = {
    cwd,
    argv,
    output,
    input,
    streams,
    today: () => new Date(),
    now: () => performance.now(),
    exitCode: EXIT.done,
  };
  try {
    const program = await createProgram(context, stdout, stderr);
    await program.parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    const cliError = error instanceof CommanderError ? fromCommander(error) : toCliError(error);
    if (cliError === null) return EXIT.done;
    output.error(cliError);
    return error instanceof JaxProcessError && error.signal ? exitCodeOf(error.signal) : cliError.exitCode;
  }
}
