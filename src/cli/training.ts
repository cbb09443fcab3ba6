import { Option } from 'commander';
import type { Command } from 'commander';
import type { DatasetSource } from '../datasets/dataset';
import { PRESET_NAMES } from '../runs/config';
import type { PresetName, TrainRequest } from '../runs/config';
import type { EngineChoice } from '../engine/choose';
import type { DeviceChoice } from '../engine/device';
import type { Precision } from '../vae/config';
import { readRun } from '../runs/store';
import { parseRequest } from '../runs/settings/parse-request';
import { candidatesOf } from '../training/step-size-search';
import { runJob } from '../engine-process/jobs/train-job';
import type { JobObserver, JobResult, ResumeChanges } from '../engine-process/jobs/train-job';
import { keyValue, wholeNumber } from './arguments';
import type { Context } from './context';
import { CliError, EXIT } from './exit';
import { formatCount } from '../text/format-count';
import { watchInterrupts } from './interrupt';
import { TrainingReport } from './progress';
import { removeUnstartedRun } from '../runs/remove-unstarted-run';
import { newRunFolder } from './run-argument';
import { titled } from './report';

export interface EngineFlags {
  readonly engine: EngineChoice;
  readonly threads?: number;
  /** Only of commands that train. */
  readonly device?: DeviceChoice;
}

export interface TrainingOptions extends EngineFlags {
  readonly preset: PresetName;
  readonly seed: number;
  readonly samples?: number;
  readonly precision?: Precision;
  readonly run?: string;
  readonly set?: Readonly<Record<string, string>>;
}

export function addEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--engine <name>', 'engine that runs the model')
        .choices(['auto', 'tensorflow', 'onnx', 'wasm', 'jax'] satisfies EngineChoice[])
        .default('auto'),
    )
    .option('--threads <n>', 'number of engine threads (default: one per core)', wholeNumber(1))
    .option('--json', 'print one JSON object per line');
}

/** Adds the option of what trains: the processor or a graphics card. */
export function addDeviceOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--device <name>',
      'device that trains: auto measures the processor and a graphics card, and uses the faster',
    )
      .choices(['auto', 'cpu', 'gpu'] satisfies DeviceChoice[])
      .default('auto'),
  );
}

/** Adds the option of the type of the numbers that training multiplies. */
export function addPrecisionOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--precision <type>',
      'type of the numbers that training multiplies: bfloat16 is faster than float32 on processors with AMX and on NVIDIA graphics cards',
    ).choices(['float32', 'bfloat16'] satisfies Precision[]),
  );
}

/** Returns the setting for an option of `addPrecisionOption`. */
export function precisionSetting(precision: Precision | undefined): Record<string, string> {
  return precision === undefined ? {} : { 'training.precision': precision };
}

export function addTrainingOptions(command: Command, preset: PresetName): Command {
  command
    .addOption(new Option('--preset <name>', 'model and training').choices(PRESET_NAMES).default(preset))
    .option('--samples <n>', 'stop after this many training datapoints, such as 1e6', wholeNumber(1))
    .option('--seed <n>', 'seed of start values, minibatches and noise', wholeNumber(0), 0)
    .option('--run <dir>', 'run folder to create (default: a new one in ./.vae/runs)')
    .option('--set <key=value>', 'change one value of the preset, such as latent=3; repeatable', keyValue);
  return addEngineOptions(addPrecisionOption(command));
}

export function toRequest(source: DatasetSource, options: TrainingOptions): TrainRequest {
  const samples: Record<string, string> =
    options.samples === undefined ? {} : { 'training.samples': String(options.samples) };
  const set = { ...samples, ...precisionSetting(options.precision), ...options.set };
  return { source, preset: options.preset, seed: options.seed, set };
}

/** Checks a request, and calls `use` with the folder of its new run; removes the folder if that fails before the run starts. */
export async function inNewRun<T>(
  request: TrainRequest,
  options: TrainingOptions,
  context: Context,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  candidatesOf(request).forEach(parseRequest);
  const folder = await newRunFolder(options.run, request.source, context);
  try {
    return await use(folder);
  } catch (error) {
    await removeUnstartedRun(folder);
    throw error;
  }
}

/** Trains a new run in this process. */
export function trainNew(
  request: TrainRequest,
  options: TrainingOptions,
  context: Context,
  limitSeconds?: number,
): Promise<{ readonly folder: string; readonly result: JobResult }> {
  return inNewRun(request, options, context, async (folder) => ({
    folder,
    result: await trainHere(folder, request, options, context, limitSeconds),
  }));
}

/**
 * Trains in this process and reports progress. A null `request` resumes the run of the folder. Ctrl-C and the end of
 * `limitSeconds` of training stop it at a checkpoint; Ctrl-C also sets the exit code.
 * @param changes of a resumed run from here on
 * @throws CliError if training failed
 */
export async function trainHere(
  folder: string,
  request: TrainRequest | null,
  options: EngineFlags,
  context: Context,
  limitSeconds = Infinity,
  changes: ResumeChanges = {},
): Promise<JobResult> {
  const { output } = context;
  const report = new TrainingReport(folder, output, context.now, limitSeconds);
  let abandon = (): Promise<void> => Promise.resolve();
  const interrupts = watchInterrupts({
    onFirst: () => output.warn('stopping at a checkpoint; Ctrl-C again ends at once'),
    onSecond: async () => {
      await abandon();
      report.end();
      output.warn(await endedAtOnce(folder));
    },
    onIgnored: (signal) =>
      output.warn(
        `${signal} was ignored when this command started, so training continues; \`vae stop ${folder}\` stops it`,
      ),
  });
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let result: JobResult;
  try {
    const { engine, threads = null, device = 'auto' } = options;
    const job = { runFolder: folder, request, engine, threads, device, ...changes };
    const observer: JobObserver = {
      onRow: (row) => report.onRow(row),
      onLocked: (end) => (abandon = end),
      onUnreachable: (reason) =>
        output.warn(`${reason}. Training goes on, but VS Code and \`vae stop\` cannot reach it`),
      onStatus(status) {
        report.onStatus(status);
        if (status.state !== 'training' || limitSeconds === Infinity) return;
        timer ??= setTimeout(() => limit.abort(), limitSeconds * 1000);
      },
    };
    result = await runJob(job, observer, AbortSignal.any([interrupts.signal, limit.signal]));
  } finally {
    clearTimeout(timer);
    report.end();
    interrupts.dispose();
  }
  if (result.state === 'failed') throw new CliError('training-failed', result.message, EXIT.failure);
  const isLimited = limit.signal.aborted && !interrupts.signal.aborted;
  if (result.state === 'stopped' && !isLimited) context.exitCode = EXIT.interrupted;
  return result;
}

/** Describes a run that ended at once, without a final checkpoint; removes one that has not started. */
async function endedAtOnce(folder: string): Promise<string[]> {
  const record = await readRun(folder).catch(() => null);
  if (!record) {
    await removeUnstartedRun(folder);
    return ['ended at once, before training began'];
  }
  const from =
    record.checkpoints.length > 0 ? 'its newest checkpoint' : 'its start: it has no checkpoint yet';
  return [`ended at once; \`vae resume ${folder}\` continues from ${from}`, titled('run', folder)];
}

/** Prints where the run is and how it ended. Removes a run that was stopped before it started. */
export async function sayOutcome(folder: string, result: JobResult, context: Context): Promise<void> {
  const { state, step, message } = result;
  const record = await readRun(folder).catch(() => null);
  if (!record) {
    await removeUnstartedRun(folder);
    return context.output.say(message, { type: 'ended', state, message, folder: null });
  }
  const samples = step * record.config.training.minibatch;
  const where = state === 'finished' ? '' : ` after ${formatCount(samples)} samples`;
  const next = state === 'stopped' ? `; \`vae resume ${folder}\` continues it` : '';
  const object = { type: 'ended', state, message, folder, step, samples, best: record.best };
  context.output.say([`${state}: ${message}${where}${next}`, titled('run', folder)], object);
}
