import { Command } from 'commander';
import { rangeText, SETTINGS } from '../../runs/settings/setting-table';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { addTrainingOptions, inNewRun, sayOutcome, toRequest, trainNew } from '../training';
import type { TrainingOptions } from '../training';
import { supervise, trainArguments } from '../supervise';

const EXAMPLES = `
Examples:
  vae train --data digits
  vae train --data photos --preset fast --set width=32 --set hidden=500,200
  vae train --data mnist --preset aevb --samples 1e7 --set latent=10
  vae train --data photos --preset conv --set width=64
  vae train --data photos.zip --include 'cats/**' --exclude '**/blurred*' --labels labels.csv

Settings for --set (the preset conv needs images of 32, 64 or 128 pixels):
${settingLines().join('\n')}`;

/** Describes each setting in a line. */
function settingLines(): string[] {
  const width = Math.max(...SETTINGS.map(({ key }) => key.length));
  return SETTINGS.map(
    ({ key, description, range }) => `  ${key.padEnd(width)}  ${description}: ${rangeText(range)}`,
  );
}

interface TrainOptions extends TrainingOptions, ImageSelectionOptions {
  readonly data: string;
  readonly supervise?: true;
}

/** `vae train`: trains a new run in this process, or in another one that is supervised. */
export function trainCommand(context: Context): Command {
  const command = new Command('train')
    .description('train on images; Ctrl-C stops at a checkpoint')
    .requiredOption('--data <source>', DATA_HELP)
    .addHelpText('after', EXAMPLES)
    .option(
      '--supervise',
      'train in a process of its own, and resume if that ends unexpectedly: at most three times in three minutes',
    )
    .action(async (options: TrainOptions) => {
      const source = await datasetSourceOf(options.data, options, context);
      const request = toRequest(source, options);
      if (options.supervise)
        return inNewRun(request, options, context, (folder) =>
          supervise(
            folder,
            trainArguments(context.argv, folder),
            resumeArguments(folder, options, context),
            context,
          ),
        );
      const { folder, result } = await trainNew(request, options, context);
      await sayOutcome(folder, result, context);
    });
  return addTrainingOptions(addChoiceOptions(command), 'fast');
}

/** Returns the arguments of `vae` that resume a run as this command trains it. */
function resumeArguments(folder: string, { engine, threads }: TrainOptions, { argv }: Context): string[] {
  return [
    ...['resume', folder, '--engine', engine],
    ...(threads === undefined ? [] : ['--threads', String(threads)]),
    ...(argv.includes('--json') ? ['--json'] : []),
  ];
}
