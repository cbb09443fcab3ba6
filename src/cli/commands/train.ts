import { resolve } from 'node:path';
import { Command } from 'commander';
import type { TrainRequest } from '../../runs/config';
import { rangeText, SETTINGS } from '../../runs/settings/setting-table';
import { takeStopRequest } from '../../runs/stop-request';
import { hasBegun, requireSameRun } from '../begun-run';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { badInput, EXIT } from '../exit';
import {
  addDeviceOption,
  addTrainingOptions,
  inNewRun,
  sayOutcome,
  toRequest,
  trainHere,
  trainNew,
} from '../training';
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
  readonly continue?: true;
}

/** `vae train`: trains a new run in this process, or in another one that is supervised. */
export function trainCommand(context: Context): Command {
  const command = new Command('train')
    .description('train on images; Ctrl-C stops at a checkpoint')
    .requiredOption('--data <source>', DATA_HELP)
    .addHelpText('after', EXAMPLES)
    .option(
      '--supervise',
      'train in a separate process, and resume if it ends unexpectedly: at most three times in three minutes',
    )
    .option(
      '--continue',
      'with --run: continue the run with its own settings and engine if it exists; otherwise begin it',
    )
    .action(async (options: TrainOptions) => {
      const source = await datasetSourceOf(options.data, options, context);
      const request = toRequest(source, options);
      if (options.continue && (await goOn(request, options, context))) return;
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
  return addDeviceOption(addTrainingOptions(addChoiceOptions(command), 'fast'));
}

/**
 * Goes on with the run of `--run` if it has begun. One that is asked to stop is not started, so that a scheduler which starts it again
 * does not undo that.
 * @returns false if there is none yet
 */
async function goOn(request: TrainRequest, options: TrainOptions, context: Context): Promise<boolean> {
  if (options.run === undefined)
    throw badInput('--continue: got no --run, expected the folder of the run to begin or to go on with');
  const folder = resolve(context.cwd, options.run);
  if (await takeStopRequest(folder)) {
    const message = `stop.request was found in ${folder}: nothing was trained. The same command trains now`;
    context.output.say(message, { type: 'ended', state: 'stopped', message, folder });
    context.exitCode = EXIT.interrupted;
    return true;
  }
  if (!(await hasBegun(folder))) return false;
  await requireSameRun(folder, request, options.samples);
  if (options.supervise) {
    const again = resumeArguments(folder, options, context);
    await supervise(folder, again, again, context);
  } else await sayOutcome(folder, await trainHere(folder, null, options, context), context);
  return true;
}

/** Returns the arguments of `vae` that resume a run as this command trains it. */
function resumeArguments(
  folder: string,
  { engine, threads, device = 'auto' }: TrainOptions,
  { argv }: Context,
): string[] {
  return [
    ...['resume', folder, '--engine', engine],
    ...(threads === undefined ? [] : ['--threads', String(threads)]),
    ...['--device', device],
    ...(argv.includes('--json') ? ['--json'] : []),
  ];
}
