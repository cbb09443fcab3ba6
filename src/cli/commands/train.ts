import { Command } from 'commander';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { addTrainingOptions, sayOutcome, toRequest, trainNew } from '../training';
import type { TrainingOptions } from '../training';

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

/** `vae train`: trains a new run in this process. */
export function trainCommand(context: Context): Command {
  const command = new Command('train')
    .description('train on images; Ctrl-C stops at a checkpoint')
    .requiredOption('--data <source>', DATA_HELP)
    .addHelpText('after', EXAMPLES)
    .action(async (options: TrainingOptions & ImageSelectionOptions & { readonly data: string }) => {
      const source = await datasetSourceOf(options.data, options, context);
      const { folder, result } = await trainNew(toRequest(source, options), options, context);
      await sayOutcome(folder, result, context);
    });
  return addTrainingOptions(addChoiceOptions(command), 'fast');
}
