import { Command } from 'commander';
import type { CommanderError } from 'commander';
import { version } from '../../package.json';
import { COMMANDS, HIDDEN } from './command-table';
import type { Create } from './command-table';
import type { Context } from './context';
import { CliError, EXIT, badInput } from './exit';
import type { TextStream } from './text-stream';

const EPILOGUE = `
RUN is a run folder, the name of a run in ./.vae/runs (of its folder, or from \`vae rename\`), or \`latest\`.
Bounds are in nats per datapoint, higher is better: bound = reconstruction - KL.
Exit codes: 0 done, 1 failure, 2 wrong usage or bad input, 3 \`vae check\` found something, 130 interrupted after a checkpoint.`;

/** The commands that a command line can come to: the one it begins with, none for the version, else all. */
function commandsFor([first = '']: readonly string[]): (() => Promise<Create>)[] {
  for (const table of [COMMANDS, HIDDEN]) if (Object.hasOwn(table, first)) return [table[first]!];
  return first === '--version' || first === '-v' ? [] : Object.values(COMMANDS);
}

/** Builds the command line of `context.argv`. Wrong usage throws a CommanderError, whose text is not printed here. */
export async function createProgram(
  context: Context,
  stdout: TextStream,
  stderr: TextStream,
): Promise<Command> {
  const program = new Command('vae')
    .description('Trains variational autoencoders on images and explores what they learnt.')
    .version(version, '-v, --version')
    .addHelpText('after', EPILOGUE)
    .helpCommand('help [command]', 'say how to use a command')
    .hook('preAction', (_program, command) => refuseEmptyPaths(command));
  const commands = await Promise.all(commandsFor(context.argv).map((load) => load()));
  for (const create of commands) program.addCommand(create(context));
  const inner = program.commands.flatMap(({ commands: below }) => below);
  for (const command of [program, ...program.commands, ...inner]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void stdout.write(text),
      // Help, printed when the command is missing.
      writeErr: (text) => void (context.output.json || stderr.write(text)),
      // Errors are reported in one place (cli.ts), as text or as an object.
      outputError: () => {},
    });
  }
  return program;
}

/** What options that name a path take, by the placeholder in their help. */
const PATHS: ReadonlyMap<string | undefined, string> = new Map([
  ['dir', 'folder'],
  ['folder', 'folder'],
  ['file', 'file'],
  ['file.png', 'file'],
  ['grid.png', 'file'],
  ['path', 'path'],
]);

/** @throws CliError for a path that is an empty text, such as of a variable that is not set: it would be the current folder */
function refuseEmptyPaths(command: Command): void {
  for (const option of command.options) {
    const expected = PATHS.get(/<(.+)>/.exec(option.flags)?.[1]);
    const values: unknown[] = [command.getOptionValue(option.attributeName())].flat();
    if (expected !== undefined && values.includes(''))
      throw badInput(`${option.long}: got an empty text, expected a ${expected}`);
  }
}

/** Converts a CommanderError; returns null if nothing is wrong (help or version was requested). */
export function fromCommander(error: CommanderError): CliError | null {
  if (error.exitCode === 0) return null;
  const message = error.message
    .replace(/^error: /, '')
    .replace('\n', ' ')
    .replace(/\.$/, '');
  const text = error.code === 'commander.help' ? 'expected a command' : message;
  return new CliError('usage', `${text}. See \`vae --help\`.`, EXIT.badInput);
}
