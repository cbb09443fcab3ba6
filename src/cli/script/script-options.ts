import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments';
import { addChoiceOptions, DATA_HELP } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { addDeviceOption, addTrainingOptions } from '../training';
import type { TrainingOptions } from '../training';

/** Processors that a scheduler is asked for where `--threads` is not given: a script must name a number. */
export const DEFAULT_THREADS = 4;

/** Options of every kind of script: those of `vae train`, and where the programs are. */
export interface ScriptOptions extends TrainingOptions, ImageSelectionOptions {
  readonly data: string;
  readonly vae?: string;
  readonly node?: string;
  readonly out?: string;
}

/** Options of scripts for schedulers, which ask for a part of a machine. */
export interface JobOptions extends ScriptOptions {
  readonly name?: string;
  readonly gpus?: number;
  /** In GiB. */
  readonly memory?: number;
}

/** Returns a parser of texts that match a pattern; it throws InvalidArgumentError. */
export function matching(pattern: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

export function addScriptOptions(command: Command): Command {
  command
    .requiredOption('--data <source>', DATA_HELP)
    .option('--vae <path>', 'the command on that machine, or its file vae.cjs (default: vae, on the path)')
    .option('--node <path>', 'with a file vae.cjs: the Node.js on that machine (default: node, on the path)')
    .option('--out <file>', 'write a new file (default: standard output)');
  addDeviceOption(addTrainingOptions(addChoiceOptions(command), 'fast'));
  return describe(
    command,
    '--run',
    'run folder to create or continue, at a path that the machine which trains can see',
  );
}

/** Says what an option of `vae train` means for a script. */
function describe(command: Command, long: string, description: string): Command {
  command.options.find((option) => option.long === long)!.description = description;
  return command;
}

export function addJobOptions(command: Command): Command {
  return describe(
    addScriptOptions(command),
    '--threads',
    `engine threads, and processors to ask for (default: ${DEFAULT_THREADS})`,
  )
    .addOption(
      new Option('--name <name>', 'name of the job (default: vae- and the name of the run folder)').argParser(
        matching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'up to 63 of a to z, 0 to 9 and -, not at the ends'),
      ),
    )
    .option(
      '--gpus <n>',
      'with --engine jax: graphics cards to ask for; a training uses one',
      wholeNumber(1, 64),
    )
    .option('--memory <GiB>', 'memory to ask for', wholeNumber(1, 65536));
}
