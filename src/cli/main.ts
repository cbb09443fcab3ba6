import { keepIgnoredSignals } from '../setup/ignored-signals.mjs';
import { surviveLostTerminal } from '../setup/lost-terminal.mjs';
import { runCli } from './cli';
import { isClosedOutput } from './closed-output';
import { EXIT, outputFailure, toCliError } from './exit';
import { CliOutput } from './output';
import { StandardStream } from './standard-stream';

keepIgnoredSignals();
surviveLostTerminal();

const argv = process.argv.slice(2);
const stderr = new StandardStream(process.stderr);
const errors = new CliOutput(stderr, stderr, argv.includes('--json'));
const stdout = new StandardStream(process.stdout, isClosedOutput(), (error) =>
  errors.error(outputFailure(error)),
);

/** Flushes the output and exits; engine threads would otherwise keep the process alive. */
async function end(code: number): Promise<void> {
  await stdout.written();
  await stderr.written();
  process.exit(stdout.failure && code === EXIT.done ? EXIT.failure : code);
}

// Node would print the message unescaped, and messages quote files.
process.on('uncaughtException', (error) => {
  errors.error(toCliError(error));
  void end(EXIT.failure);
});

const streams = () => ({ input: process.stdin, output: process.stdout });
void runCli(argv, { cwd: process.cwd(), input: () => process.stdin, streams, stdout, stderr }).then(end);
