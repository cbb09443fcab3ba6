import { Command } from 'commander';
import type { CommanderError } from 'commander';
import { version } from '../../package.json';
import type { Context } from './context';
import { CliError, EXIT } from './exit';
import type { TextStream } from './text-stream';

const EPILOGUE = `
RUN is a run folder, the name of a run in ./.vae/runs (of its folder, or from \`vae rename\`), or \`latest\`.
Bounds are in nats per datapoint, higher is better: bound = reconstruction - KL.
Exit codes: 0 done, 1 failure, 2 wrong usage or bad input, 3 \`vae check\` found something, 130 interrupted after a checkpoint.`;

type Create = (context: Context) => Command;

/** The commands by name, in the order of the help. Each brings code that the others do not need, so each is loaded by itself. */
const COMMANDS: Readonly<Record<string, () => Promise<Create>>> = {
  train: async () => (await import('./commands/train')).trainCommand,
  sweep: async () => (await import('./commands/sweep')).sweepCommand,
  inspect: async () => (await import('./commands/inspect')).inspectCommand,
  plan: async () => (await import('./commands/plan')).planCommand,
  'bench-engine': async () => (await import('./commands/bench-engine')).benchEngineCommand,
  'open-model': async () => (await import('./commands/open-model')).openModelCommand,
  resume: async () => (await import('./commands/resume')).resumeCommand,
  evaluate: async () => (await import('./commands/evaluate')).evaluateCommand,
  check: async () => (await import('./commands/check')).checkCommand,
  encode: async () => (await import('./commands/encode')).encodeCommand,
  probe: async () => (await import('./commands/probe')).probeCommand,
  interpolate: async () => (await import('./commands/interpolate')).interpolateCommand,
  manifold: async () => (await import('./commands/manifold')).manifoldCommand,
  reproduce: async () => (await import('./commands/reproduce')).reproduceCommand,
  export: async () => (await import('./commands/export')).exportCommand,
  import: async () => (await import('./commands/import')).importCommand,
  runs: async () => (await import('./commands/runs')).runsCommand,
  rename: async () => (await import('./commands/rename')).renameCommand,
  note: async () => (await import('./commands/note')).noteCommand,
  tag: async () => (await import('./commands/tag')).tagCommand,
  watch: async () => (await import('./commands/watch')).watchCommand,
  compare: async () => (await import('./commands/compare')).compareCommand,
  stop: async () => (await import('./commands/stop')).stopCommand,
  start: async () => (await import('./commands/start')).startCommand,
  setup: async () => (await import('./commands/setup')).setupCommand,
  download: async () => (await import('./commands/download')).downloadCommand,
  mcp: async () => (await import('./commands/mcp')).mcpCommand,
};

/** For programs of ours, not for people. */
const HIDDEN: typeof COMMANDS = {
  'sweep-trial': async () => (await import('./commands/sweep-trial')).sweepTrialCommand,
};

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
    .helpCommand('help [command]', 'say how to use a command');
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
