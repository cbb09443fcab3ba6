import { Command } from 'commander';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { addTrainingOptions, sayOutcome, toRequest, trainNew } from '../training';
import type { TrainingOptions } from '../training';
import { newRunFolder } from '../run-argument';
import { supervise, trainArguments } from '../supervise';
import { candidatesOf } from '../../training/step-size-search';
import { parseRequest } from '../../training/plan';
import { removeUnstartedRun } from '../../runs/remove-unstarted-run';
import type { TrainRequest } from '../../runs/config';

const EXAMPLES = `
Examples:
  vae train --data digits
  vae train --data photos --preset fast --set width=32 --set hidden=500,200
  vae train --data mnist --preset aevb --samples 1e7 --set latent=10
  vae train --data photos --preset conv --set width=64
  vae train --data photos.zip --include 'cats/**' --exclude '**/blurred*' --labels labels.csv

Short names for --set: latent, hidden, activation, minibatch, draws, samples, patience, optimizer, learningRate,
width, height, channels, binarisation, shift and flip (augmentation: shift=2, flip=true). An unknown name lists all settings. The
preset conv needs images of 32, 64 or 128 pixels.`;

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
      if (options.supervise) return superviseNew(request, options, context);
      const { folder, result } = await trainNew(request, options, context);
      await sayOutcome(folder, result, context);
    });
  return addTrainingOptions(addChoiceOptions(command), 'fast');
}

async function superviseNew(request: TrainRequest, options: TrainOptions, context: Context): Promise<void> {
  candidatesOf(request).forEach(parseRequest);
  const folder = await newRunFolder(options.run, request.source, context);
  const { engine, threads } = options;
  const again = [
    ...['resume', folder, '--engine', engine],
    ...(threads === undefined ? [] : ['--threads', String(threads)]),
    ...(context.argv.includes('--json') ? ['--json'] : []),
  ];
  try {
    await supervise(folder, trainArguments(context.argv, folder), again, context);
  } finally {
    await removeUnstartedRun(folder);
  }
}
