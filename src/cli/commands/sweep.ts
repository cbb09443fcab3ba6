import { basename, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { TargetFile } from '../../cluster/target-file';
import { surveySource } from '../../datasets/survey-source';
import { MAX_IMPORTANCE_DRAWS } from '../../domain/limits';
import { MAX_TRIALS } from '../../domain/sweep';
import { usualEngine } from '../../engine-process/programs/card';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { PRESET_NAMES } from '../../runs/config';
import type { PresetName } from '../../runs/config';
import { LockedError, RunLock } from '../../runs/lock';
import { DEFAULT_REDUCTION } from '../../sweeps/asha';
import { readSweep } from '../../sweeps/sweep-file';
import { LOGARITHMIC } from '../../sweeps/values';
import { formatCount } from '../../text/format-count';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { badInput, CliError, EXIT } from '../exit';
import { formatSeconds } from '../format';
import { watchInterrupts } from '../interrupt';
import { titled } from '../report';
import { runsRoot } from '../run-argument';
import { askOnStdin, consentOf } from '../confirm';
import type { ConsentOptions } from '../confirm';
import { createSweep } from '../sweep/new-sweep';
import { checkedTrials, dimensionText, planSweep, threadsOfTrial, valuesText } from '../sweep/plan-sweep';
import type { PlannedSweep, SweepOrder } from '../sweep/plan-sweep';
import { costOf } from '../sweep/sweep-cost';
import { stoppingText, SweepReport, sweepTable } from '../sweep/sweep-report';
import { carryOutThere } from '../sweep/remote-sweep';
import type { CarryOutOptions } from '../sweep/remote-sweep';
import { headOf, listCommand, showCommand, stopCommand, sweepFolder } from '../sweep/sweep-commands';
import { SweepRecord } from '../sweep/sweep-record';
import { SweepRunner } from '../sweep/sweep-runner';
import { addDeviceOption, addEngineOptions } from '../training';
import type { EngineFlags } from '../training';

const DETAILS = `
Examples:
  vae sweep --data digits --set learningRate=1e-3,3e-4 --set latent=8,16,32
  vae sweep --data photos --preset conv --set learningRate=1e-4..1e-2 --search random --trials 12
  vae sweep --data mnist --set latent=2,4,8,16 --set 'hidden=[500],[200,100]' --stop asha --parallel 2
  vae sweep --continue NAME
  vae sweep --on lab --data photos --set latent=8,16,32 --set learningRate=1e-4..1e-2 --search tpe --trials 20 --stop asha

Values are separated by commas; a value that is a list stands in brackets. A setting with one value is shared by all trials. Settings
are those of \`vae train --set\`, and preset and seed. A random search also takes ranges of numbers, such as 1e-4..1e-2:
drawn on a logarithmic scale for ${LOGARITHMIC.join(', ')}; on a linear scale for others.

With --stop asha (asynchronous successive halving, Li et al. 2018, arXiv:1810.05934), trials stop at rungs, at a checkpoint, and the
best 1 of ${DEFAULT_REDUCTION} (--reduction) by validation bound goes on. The rungs are at 1/${DEFAULT_REDUCTION}, 1/${DEFAULT_REDUCTION ** 2}, ... of the samples of the whole training: as many as leave one
trial at the end, and each at least as far as one validation.

A sweep is a folder in ./.vae/sweeps with sweep.json (what was asked), results.json and trials.csv; each trial is an ordinary run in
./.vae/runs. Trials that finish are ranked by L_k, the importance-weighted bound on the validation split. A trial that fails or
diverges does not end the sweep. Ctrl-C stops trials at checkpoints. After that, or when the process was killed, --continue goes on.

With --on, a cluster that runs Ray trains the trials, as many at once as there is room for; their curves and checkpoints come into the run
folders here, and trials are ranked here. Ctrl-C then leaves the sweep to itself: --continue follows it again, or submits what is left of it,
and \`vae sweep stop\` stops it. --search tpe, which needs Optuna there, chooses values from the results of earlier trials.`;

interface SweepOptions extends ImageSelectionOptions, EngineFlags, ConsentOptions {
  readonly data?: string;
  readonly preset: PresetName;
  readonly samples?: number;
  readonly seed: number;
  readonly set?: Readonly<Record<string, string>>;
  readonly search: 'grid' | 'random' | 'tpe';
  readonly on?: string;
  readonly dataOnCluster?: string;
  readonly follow: boolean;
  readonly trials?: number;
  readonly stop?: 'asha';
  readonly reduction: number;
  readonly parallel: number;
  readonly name?: string;
  readonly runs?: string;
  readonly importance: number;
  readonly limit: number;
  readonly continue?: string;
  readonly retryFailed?: true;
  readonly plan?: true;
}

/** `vae sweep`: trains a run for each combination of settings, one after another or several at once, and ranks them. */
export function sweepCommand(context: Context): Command {
  const command = new Command('sweep')
    .description('train runs with several values of settings, and rank them')
    .option('--data <source>', DATA_HELP)
    .addOption(new Option('--preset <name>', 'model and training').choices(PRESET_NAMES).default('fast'))
    .option(
      '--set <name=v1,v2>',
      'one or several values of a setting, such as latent=8,16; repeatable',
      valuesOf,
    )
    .option(
      '--samples <n>',
      'stop each trial after this many training datapoints, such as 1e6',
      wholeNumber(1),
    )
    .option('--seed <n>', 'seed of the trainings, of the random search and of the ranking', wholeNumber(0), 0)
    .addOption(
      new Option(
        '--search <kind>',
        'which combinations to train: all, some at random, or with --on some chosen from the results of earlier ones',
      )
        .choices(['grid', 'random', 'tpe'])
        .default('grid'),
    )
    .option('--trials <n>', 'with --search random or tpe: number of trials', wholeNumber(1, MAX_TRIALS))
    .addOption(new Option('--stop <rule>', 'stop trials early').choices(['asha']))
    .option(
      '--reduction <n>',
      'with --stop asha: at each rung, one in this many trials continues',
      wholeNumber(2, 100),
      DEFAULT_REDUCTION,
    )
    .option(
      '--parallel <n>',
      'trials trained at once; the cores are divided among them',
      wholeNumber(1, 1024),
      1,
    )
    .option(
      '--importance <k>',
      'draws per image of the L_k that ranks the trials',
      wholeNumber(1, MAX_IMPORTANCE_DRAWS),
      200,
    )
    .option(
      '--limit <n>',
      'validation images that L_k is measured on, spread evenly',
      wholeNumber(1, 100_000_000),
      500,
    )
    .option('--name <name>', 'name of the sweep (default: the time and the dataset)')
    .option(
      '--runs <dir>',
      'folder of the run folders; the sweep is in `sweeps` beside it (default: ./.vae/runs)',
    )
    .option('--continue <SWEEP>', 'continue a sweep that was stopped or killed')
    .option('--retry-failed', 'with --continue: also retrain trials that failed, except those that diverged')
    .option('--on <cluster>', 'train on a cluster that runs Ray, by its name (`vae cluster list`)')
    .option(
      '--data-on-cluster <path>',
      'with --on: where the nodes see the images, which are then not sent; --data names a copy of them here',
    )
    .option('--yes', 'with --on: do not ask whether to send')
    .option('--no-follow', 'with --on: return once it is submitted; --continue follows it')
    .addOption(askOnStdin())
    .option('--plan', 'list the trials with their estimated time and disk space, and train nothing')
    .addHelpText('after', DETAILS)
    .action((options: SweepOptions) =>
      options.continue === undefined ? begin(options, context) : goOn(options.continue, options, context),
    );
  addDeviceOption(addEngineOptions(addChoiceOptions(command)));
  return command
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(stopCommand(context));
}

async function begin(options: SweepOptions, context: Context): Promise<void> {
  const { data, preset, seed, samples, set = {}, search, trials, stop, reduction, parallel, on } = options;
  if (data === undefined)
    throw badInput('got no --data; expected the images to train on, or --continue SWEEP');
  if (options.retryFailed)
    throw badInput('--retry-failed: got no --continue SWEEP, whose failed trials it trains again');
  if (search !== 'grid' && trials === undefined)
    throw badInput(`--search ${search}: got no --trials; expected the number of trials`);
  if (search === 'tpe' && on === undefined)
    throw badInput('--search tpe: got no --on; expected a cluster, whose Ray Tune chooses the values');
  requireClusterOptions(options);
  if (search === 'grid' && trials !== undefined)
    throw badInput('--trials: a grid has as many trials as combinations; expected --search random with it');
  const sweep: SweepOrder = {
    request: { source: { kind: 'digits', count: 10, seed: 0 }, preset, seed, set: {} },
    set: { ...(samples === undefined ? {} : { 'training.samples': String(samples) }), ...set },
    search: search === 'grid' ? { kind: 'grid' } : { kind: search, trials: trials!, seed },
    ...{ stop: stop ?? null, reduction, parallel },
  };
  const target = on === undefined ? null : await new TargetFile().find(on);
  const trialThreads = target === null ? threadsOfTrial(parallel, options.threads) : target.cpus;
  // Before the images are read, which may take minutes.
  checkedTrials(sweep);
  const source = await datasetSourceOf(data, options, context);
  context.output.progress('looking at the images');
  const survey = await surveySource(source, loadOptions());
  context.output.progress('');
  const planned = planSweep({ ...sweep, request: { ...sweep.request, source } }, survey);
  sayPlan(planned, parallel, context);
  if (options.plan) return sayCost(planned, options, trialThreads, survey.count, context);
  const root = options.runs === undefined ? runsRoot(context.cwd) : resolve(context.cwd, options.runs);
  const ranking = { k: options.importance, images: options.limit };
  const { engine, device = 'auto', name } = options;
  const there = options.dataOnCluster;
  const place = target && { target: target.name, ...(there !== undefined && { data: there }) };
  const own = { engine, device, name, trialThreads, ranking, on: place };
  const folder = await createSweep(planned, sweep, own, root, context);
  await carryOut(
    folder,
    { retryFailed: false, consent: consentOf(options), follows: options.follow },
    context,
  );
}

async function goOn(text: string, options: SweepOptions, context: Context): Promise<void> {
  if (options.data !== undefined || options.set !== undefined)
    throw badInput(
      '--continue: a sweep that has begun keeps its images and settings; expected no --data and no --set',
    );
  const folder = await sweepFolder(text, context);
  const retryFailed = options.retryFailed === true;
  await carryOut(folder, { retryFailed, consent: consentOf(options), follows: options.follow }, context);
}

/** Carries out a sweep until its end, or until it is stopped. @throws CliError if another process does, or no trial has finished */
async function carryOut(folder: string, options: CarryOutOptions, context: Context): Promise<void> {
  const { output } = context;
  const sweep = await readSweep(folder);
  const lock = await RunLock.take(folder).catch((error: unknown) => {
    if (!(error instanceof LockedError)) throw error;
    throw badInput(
      `${folder}: another process carries out this sweep; \`vae sweep show ${basename(folder)}\` shows it, \`vae sweep stop ${basename(folder)}\` stops it`,
    );
  });
  const interrupts = watchInterrupts({
    onFirst: () =>
      output.warn(
        sweep.on === undefined
          ? 'stopping the trials at checkpoints; Ctrl-C again ends at once'
          : 'leaving the sweep to itself; Ctrl-C again ends at once',
      ),
    onSecond: () => lock.release(),
    onIgnored: (signal) =>
      output.warn(
        `${signal} was ignored when this command started, so the sweep continues; \`vae sweep stop ${basename(folder)}\` stops it`,
      ),
  });
  try {
    output.say(titled('sweep', folder), { type: 'sweep', folder });
    const record = await SweepRecord.open(folder, sweep, lock, context);
    const report = new SweepReport(output);
    const end =
      sweep.on === undefined
        ? await new SweepRunner(folder, sweep, record, lock, report, context).run(
            interrupts.signal,
            options.retryFailed,
          )
        : await carryOutThere(folder, sweep, record, lock, report, options, interrupts.signal, context);
    output.progress('');
    if (end === 'declined' || end === 'submitted') return;
    const view = record.view(false);
    output.say([...headOf(view), ...sweepTable(view)], { type: 'sweep', ...view });
    if (end === 'left') {
      output.say(
        `the sweep continues on ${sweep.on!.target}; \`vae sweep --continue ${basename(folder)}\` follows it again`,
        null,
      );
      context.exitCode = EXIT.interrupted;
    } else if (end === 'stopped') {
      output.say(`stopped; \`vae sweep --continue ${basename(folder)}\` goes on`, null);
      context.exitCode = EXIT.interrupted;
    } else if (!record.results.trials.some(({ state }) => state === 'finished'))
      throw new CliError('training-failed', `${folder}: no trial finished; the table says why`, EXIT.failure);
  } finally {
    output.progress('');
    interrupts.dispose();
    await lock.release();
  }
}

/** @throws CliError for options that are for a cluster, without one */
function requireClusterOptions({ on, dataOnCluster, yes, parallel, follow }: SweepOptions): void {
  if (on === undefined && (dataOnCluster !== undefined || yes || !follow))
    throw badInput(
      `${yes ? '--yes' : follow ? '--data-on-cluster' : '--no-follow'}: got no --on; expected the name of a cluster with it`,
    );
  if (dataOnCluster !== undefined && !dataOnCluster.startsWith('/'))
    throw badInput(`--data-on-cluster: got ${dataOnCluster}, expected an absolute path on the nodes`);
  if (on !== undefined && parallel !== 1)
    throw badInput('--parallel: got --on as well, where as many trials train at once as there is room for');
}

function sayPlan(
  { dimensions, trials, stopping, request }: PlannedSweep,
  parallel: number,
  { output }: Context,
): void {
  const shared = Object.entries(request.set).map(([setting, value]) => `${setting}=${value}`);
  const texts = [
    titled(
      'trials',
      `${formatCount(trials.length)}${parallel > 1 ? `, ${parallel} at once` : ', one after another'}`,
    ),
    ...dimensions.map((dimension) => titled(dimension.setting, dimensionText(dimension))),
    ...(shared.length === 0 ? [] : [titled('all trials', `${request.preset}, ${shared.join(' ')}`)]),
    ...(stopping === null ? [] : [stoppingText(stopping)]),
  ];
  const listed = trials.map(({ values }) => values);
  output.say(texts, { type: 'plan', trials: listed, dimensions, stopping, parallel, preset: request.preset });
}

async function sayCost(
  planned: PlannedSweep,
  options: SweepOptions,
  threads: number,
  images: number,
  { output }: Context,
): Promise<void> {
  planned.trials.forEach(({ values }, i) => output.say(titled(`trial ${i + 1}`, valuesText(values)), null));
  output.progress('measuring some trials');
  const { engine: choice, device = 'auto' } = options;
  const engine = await usualEngine(
    { engine: choice, threads: threads === 0 ? null : threads, device },
    'float32',
  );
  const cost = await costOf(planned, engine, images, options.parallel);
  output.progress('');
  const rule = planned.stopping === null ? '' : ' with early stopping';
  output.say(
    [
      titled(
        'time',
        `about ${formatSeconds(cost.seconds)}${rule}, from a second of each of ${cost.measured} trials`,
      ),
      titled('space', `about ${(cost.bytes / 1e6).toFixed(0)} MB for checkpoints and snapshots`),
    ],
    { type: 'cost', ...cost, trials: planned.trials.length },
  );
}

/** Adds one `--set name=v1,v2` to those before. @throws InvalidArgumentError */
function valuesOf(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const match = /^([A-Za-z][\w.]*)=(.+)$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected name=values, such as latent=8,16,32.');
  const [, name = '', values = ''] = match;
  if (Object.hasOwn(before, name))
    throw new InvalidArgumentError(
      `${name} was given twice. Expected all of its values in one --set, separated by commas.`,
    );
  return { ...before, [name]: values };
}
