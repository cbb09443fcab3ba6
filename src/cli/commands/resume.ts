import { Command, InvalidArgumentError, Option } from 'commander';
import { MAX_SAMPLES } from '../../domain/limits';
import { readRun } from '../../runs/store';
import { keyValue, wholeNumber } from '../arguments';
import { extended } from '../../runs/extension';
import { askOnStdin, consentOf } from '../confirm';
import type { ConsentOptions } from '../confirm';
import { requireTrained } from '../../runs/require-trained';
import type { Context } from '../context';
import { datasetSourceOf } from '../dataset-options';
import { onCluster } from '../cluster/remote-run';
import { resumeRemote } from '../cluster/resume-remote';
import { badInput } from '../exit';
import { resolveRun } from '../run-argument';
import { addDeviceOption, addEngineOptions, sayOutcome, trainHere } from '../training';
import type { EngineFlags } from '../training';

interface ResumeOptions extends EngineFlags, ConsentOptions {
  /** The new learning rate. */
  readonly set?: number;
  /** Training datapoints in all. */
  readonly samples?: number;
  readonly data?: string;
  readonly skipChanged?: boolean;
  readonly asRetry?: true;
  /** Trains here what was trained on a cluster. */
  readonly here?: true;
}

/** `vae resume RUN`: continues training from the newest checkpoint. */
export function resumeCommand(context: Context): Command {
  const command = new Command('resume')
    .description('continue training from the newest checkpoint of a run')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .option('--set <learningRate=value>', 'train with another learning rate from here on', learningRate)
    .option(
      '--samples <n>',
      'continue to this many training datapoints in total, such as 2e6; also continues a finished run',
      wholeNumber(1, MAX_SAMPLES),
    )
    .option('--data <folder>', 'where the images of the run are now, if they have been moved')
    .option('--skip-changed', 'go on without images that are missing, have changed or were added')
    .option('--here', 'for a run on a cluster: train on this machine from now on')
    .option('--yes', 'for a run on a cluster: do not ask whether to send')
    .addOption(askOnStdin())
    // VS Code asks about a run that was lost, and counts as `vae follow --resubmit` does.
    .addOption(new Option('--as-retry').hideHelp())
    .action(async (text: string, options: ResumeOptions) => {
      const named = await resolveRun(text, context.cwd);
      const onIt = options.here ? null : await onCluster(named);
      if (onIt !== null) {
        if (options.data !== undefined)
          throw badInput(
            '--data: the images of a run on a cluster are where they were; --here trains on this machine',
          );
        return resumeRemote(
          onIt,
          remoteArguments(options),
          consentOf(options),
          options.asRetry === true,
          context,
        );
      }
      const { folder, config, checkpoints } = await readRun(named);
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
  return addDeviceOption(addEngineOptions(command));
}

/** What of the options is for the cluster; its engine and threads are those of the submission. */
function remoteArguments({ set, samples, skipChanged }: ResumeOptions): string[] {
  return [
    ...(set === undefined ? [] : ['--set', `learningRate=${set}`]),
    ...(samples === undefined ? [] : ['--samples', String(samples)]),
    ...(skipChanged ? ['--skip-changed'] : []),
  ];
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
