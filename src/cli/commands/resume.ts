import { Command, InvalidArgumentError } from 'commander';
import { MAX_SAMPLES } from '../../domain/limits';
import { readRun } from '../../runs/store';
import { keyValue, wholeNumber } from '../arguments';
import { extended } from '../../runs/extension';
import { requireTrained } from '../../runs/require-trained';
import type { Context } from '../context';
import { datasetSourceOf } from '../dataset-options';
import { resolveRun } from '../run-argument';
import { addEngineOptions, sayOutcome, trainHere } from '../training';
import type { EngineOptions } from '../training';

interface ResumeOptions extends EngineOptions {
  /** The new learning rate. */
  readonly set?: number;
  /** Training datapoints in all. */
  readonly samples?: number;
  readonly data?: string;
  readonly skipChanged?: boolean;
}

/** `vae resume RUN`: continues training from the newest checkpoint. */
export function resumeCommand(context: Context): Command {
  const command = new Command('resume')
    .description('continue training from the newest checkpoint of a run')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option('--set <learningRate=value>', 'train with another learning rate from here on', learningRate)
    .option(
      '--samples <n>',
      'train on until this many training datapoints in all, such as 2e6: a finished run goes on, too',
      wholeNumber(1, MAX_SAMPLES),
    )
    .option('--data <folder>', 'where the images of the run are now, if they have been moved')
    .option('--skip-changed', 'go on without images that are missing, have changed or were added')
    .action(async (text: string, options: ResumeOptions) => {
      const { folder, config, checkpoints } = await readRun(await resolveRun(text, context.cwd));
      requireTrained(config, 'resumed');
      const { set, samples, data, skipChanged } = options;
      // Before the images are read, which may take minutes.
      if (samples !== undefined) extended(config, checkpoints.at(-1) ?? 0, samples);
      const result = await trainHere(folder, null, options, context, Infinity, {
        ...(set === undefined ? {} : { learningRate: set }),
        ...(samples === undefined ? {} : { samples }),
        ...(data === undefined ? {} : { data: await datasetSourceOf(data, {}, context) }),
        ...(skipChanged === undefined ? {} : { skipChanged }),
      });
      await sayOutcome(folder, result, context);
    });
  return addEngineOptions(command);
}

/** Parses `learningRate=0.001`: of a run that has begun, nothing else can change. @throws InvalidArgumentError */
function learningRate(text: string): number {
  const [[key, value] = []] = Object.entries(keyValue(text));
  if (key !== 'learningRate' && key !== 'training.optimizer.learningRate')
    throw new InvalidArgumentError(
      `Expected learningRate=value: '${key}' of a run that has begun cannot change.`,
    );
  const rate = Number(value);
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new InvalidArgumentError(`Expected a positive number, such as learningRate=0.001.`);
}
