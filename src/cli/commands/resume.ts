import { Command, InvalidArgumentError } from 'commander';
import { readRun } from '../../runs/store';
import { keyValue } from '../arguments';
import type { Context } from '../context';
import { datasetSourceOf } from '../dataset-options';
import { resolveRun } from '../run-argument';
import { addEngineOptions, sayOutcome, trainHere } from '../training';
import type { EngineOptions } from '../training';

interface ResumeOptions extends EngineOptions {
  /** The new learning rate. */
  readonly set?: number;
  readonly data?: string;
  readonly skipChanged?: boolean;
}

/** `vae resume RUN`: continues training from the newest checkpoint. */
export function resumeCommand(context: Context): Command {
  const command = new Command('resume')
    .description('continue training from the newest checkpoint of a run')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option('--set <learningRate=value>', 'train with another learning rate from here on', learningRate)
    .option('--data <folder>', 'where the images of the run are now, if they have been moved')
    .option('--skip-changed', 'go on without images that are missing, have changed or were added')
    .action(async (text: string, options: ResumeOptions) => {
      const { folder } = await readRun(await resolveRun(text, context.cwd));
      const { set, data, skipChanged } = options;
      const result = await trainHere(folder, null, options, context, Infinity, {
        ...(set === undefined ? {} : { learningRate: set }),
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
