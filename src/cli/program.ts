import { Command } from 'commander';
import type { CommanderError } from 'commander';
import { version } from '../../package.json';
import { benchEngineCommand } from './commands/bench-engine';
import { checkCommand } from './commands/check';
import { compareCommand } from './commands/compare';
import { downloadCommand } from './commands/download';
import { encodeCommand } from './commands/encode';
import { evaluateCommand } from './commands/evaluate';
import { exportCommand } from './commands/export';
import { inspectCommand } from './commands/inspect';
import { interpolateCommand } from './commands/interpolate';
import { manifoldCommand } from './commands/manifold';
import { mcpCommand } from './commands/mcp';
import { noteCommand } from './commands/note';
import { openModelCommand } from './commands/open-model';
import { renameCommand } from './commands/rename';
import { planCommand } from './commands/plan';
import { reproduceCommand } from './commands/reproduce';
import { resumeCommand } from './commands/resume';
import { runsCommand } from './commands/runs';
import { setupCommand } from './commands/setup';
import { startCommand } from './commands/start';
import { stopCommand } from './commands/stop';
import { tagCommand } from './commands/tag';
import { trainCommand } from './commands/train';
import { watchCommand } from './commands/watch';
import type { Context } from './context';
import { CliError, EXIT } from './exit';
import type { TextStream } from './text-stream';

const EPILOGUE = `
RUN is a run folder, the name of a run in ./.vae/runs (of its folder, or from \`vae rename\`), or \`latest\`.
Bounds are in nats per datapoint, higher is better: bound = reconstruction - KL.
Exit codes: 0 done, 1 failure, 2 wrong usage or bad input, 3 \`vae check\` found something, 130 interrupted after a checkpoint.`;

/** Builds the command line. Wrong usage throws a CommanderError, whose text is not printed here. */
export function createProgram(context: Context, stdout: TextStream, stderr: TextStream): Command {
  const program = new Command('vae')
    .description('Trains variational autoencoders on images and explores what they learnt.')
    .version(version, '-v, --version')
    .addHelpText('after', EPILOGUE)
    .helpCommand('help [command]', 'say how to use a command');
  const commands = [
    trainCommand,
    inspectCommand,
    planCommand,
    benchEngineCommand,
    openModelCommand,
    resumeCommand,
    evaluateCommand,
    checkCommand,
    encodeCommand,
    interpolateCommand,
    manifoldCommand,
    reproduceCommand,
    exportCommand,
    runsCommand,
    renameCommand,
    noteCommand,
    tagCommand,
    watchCommand,
    compareCommand,
    stopCommand,
    startCommand,
    setupCommand,
    downloadCommand,
    mcpCommand,
  ];
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
