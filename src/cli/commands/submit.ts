import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { Command } from 'commander';
import { connectionTo } from '../../cluster/connection';
import { TargetFile } from '../../cluster/target-file';
import type { Target } from '../../cluster/target';
import { findToken } from '../../cluster/token';
import { withRules } from '../../domain/reading';
import type { DatasetSource } from '../../datasets/dataset';
import type { TrainRequest } from '../../runs/config';
import { removeUnstartedRun } from '../../runs/remove-unstarted-run';
import { MAX_RANKS } from '../../runs/remote-run';
import type { RemoteJob } from '../../runs/remote-run';
import { parseRequest } from '../../runs/settings/parse-request';
import { candidatesOf } from '../../training/step-size-search';
import { wholeNumber } from '../arguments';
import { requireRanks } from '../cluster/ranks';
import type { Context } from '../context';
import { askOnStdin, consentOf } from '../confirm';
import type { ConsentOptions } from '../confirm';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { badInput, EXIT } from '../exit';
import { newNamedRunFolder, newRunFolder } from '../run-argument';
import { addTrainingOptions, toRequest } from '../training';
import type { TrainingOptions } from '../training';
import { sendRun } from '../cluster/send-run';

const DETAILS = `
Examples:
  vae submit --on lab --data digits
  vae submit --on lab --data photos --preset conv --set width=64 --samples 1e7
  vae submit --on lab --data-on-cluster /shared/photos --data photos
  vae submit --on lab --data-on-cluster /shared/photos.npy --preset conv --workers 8 --gpus-per-worker 1
  vae follow latest

Takes what \`vae train\` takes. The run is a folder here like any other, and the command returns at once. \`vae follow\` brings the curve and the
checkpoints into it as they come, \`vae stop\` stops it at a checkpoint, \`vae resume\` submits it again from its newest one.

The images are sent, unless --data-on-cluster names where they are: up to 64 MiB as they are; more as rows of pixels, as the run sees them, up to
1 GiB. Larger datasets are packed with \`vae pack\` for a place that the nodes see. Before it sends anything, the command says what, with its size.`;

interface SubmitOptions extends TrainingOptions, ImageSelectionOptions, ConsentOptions {
  readonly on: string;
  readonly data?: string;
  readonly dataOnCluster?: string;
  readonly workers?: number;
  readonly gpusPerWorker?: number;
}

/** `vae submit`: trains a new run on a cluster. */
export function submitCommand(context: Context): Command {
  const command = new Command('submit')
    .description('train on a cluster that runs Ray')
    .requiredOption('--on <cluster>', 'name of a cluster (`vae cluster list`)')
    .option('--data <source>', DATA_HELP)
    .option(
      '--data-on-cluster <path>',
      'where the nodes see the images, which are then not sent; --data may name a copy of them here',
    )
    .option(
      '--workers <n>',
      'ranks that share the run: each trains on an equal part of every minibatch, on the engine jax',
      wholeNumber(1, MAX_RANKS),
    )
    .option('--gpus-per-worker <n>', 'with --workers: graphics cards of each', wholeNumber(0, 16))
    .option('--yes', 'do not ask whether to send')
    .addOption(askOnStdin())
    .addHelpText('after', DETAILS)
    .action((options: SubmitOptions) => submit(options, context));
  return addTrainingOptions(addChoiceOptions(command), 'fast');
}

async function submit(options: SubmitOptions, context: Context): Promise<void> {
  const { data, dataOnCluster } = options;
  if (data === undefined && dataOnCluster === undefined)
    throw badInput('got neither --data nor --data-on-cluster; expected the images to train on');
  if (dataOnCluster !== undefined && !dataOnCluster.startsWith('/'))
    throw badInput(`--data-on-cluster: got ${dataOnCluster}, expected an absolute path on the nodes`);
  if (dataOnCluster !== undefined && options.leaveOut !== undefined)
    throw badInput('--leave-out: images on the cluster are left out by --exclude alone');
  const target = await new TargetFile().find(options.on);
  const connection = connectionTo(target, await findToken());
  const source = await sourceOf(options, context);
  const request = toRequest(source ?? UNKNOWN, options);
  const settings = candidatesOf(request).map(parseRequest);
  const job = jobOf(request, source, options, target);
  if (job.ranks !== undefined) settings.forEach(({ tree }) => requireRanks(job, tree.training.minibatch));
  // Before images are packed, which may take a while.
  await connection.jobs.version();
  const folder = await (source === null
    ? newNamedRunFolder(options.run, basename(dataOnCluster!), context)
    : newRunFolder(options.run, source, context));
  const run = { id: idOf(folder), attempt: 1, retries: 0, job, resume: [] };
  try {
    const remote = await sendRun(folder, connection, run, consentOf(options), context);
    if (remote !== null) return;
    context.output.say('nothing was sent', { type: 'declined' });
    context.exitCode = EXIT.interrupted;
    await removeUnstartedRun(folder);
  } catch (error) {
    // A folder that says what was submitted stays: the cluster may have got it.
    await removeUnstartedRun(folder);
    throw error;
  }
}

/** Stands for images of which only the cluster knows more. */
const UNKNOWN: DatasetSource = { kind: 'folder', uri: 'file:///images' };

/** Labels and patterns are those of the images on the cluster if they are there alone. */
function sourceOf(options: SubmitOptions, context: Context): Promise<DatasetSource | null> {
  const { data, dataOnCluster } = options;
  if (data === undefined) return Promise.resolve(null);
  return datasetSourceOf(data, dataOnCluster === undefined ? options : withoutLabels(options), context);
}

const withoutLabels = ({ include, exclude }: ImageSelectionOptions): ImageSelectionOptions => ({
  ...(include && { include }),
  ...(exclude && { exclude }),
});

function jobOf(
  { preset, seed, set }: TrainRequest,
  source: DatasetSource | null,
  options: SubmitOptions,
  target: Target,
): RemoteJob {
  const { engine, threads, dataOnCluster, include, exclude, labels, labelColumn, workers } = options;
  const { gpusPerWorker } = options;
  if (workers === undefined && gpusPerWorker !== undefined)
    throw badInput('--gpus-per-worker: got no --workers, expected the number of ranks');
  const chosen = {
    ...(include && { include: [...include] }),
    ...(exclude && { exclude: [...exclude] }),
    ...(labels !== undefined && { labels }),
    ...(labelColumn !== undefined && { labelColumn }),
  };
  return {
    source: source && withRules(source),
    ...{ preset, seed, set: { ...set } },
    // No other engine trains with others.
    engine: workers !== undefined && engine === 'auto' ? 'jax' : engine,
    ...(workers !== undefined && { ranks: { count: workers, gpus: gpusPerWorker ?? target.gpus } }),
    // Ray says 1 to whoever asks how many there are.
    threads: threads ?? target.cpus,
    images:
      dataOnCluster !== undefined
        ? { from: 'cluster', path: dataOnCluster, ...chosen }
        : { from: source?.kind === 'digits' ? 'built-in' : 'sent' },
  };
}

/** Runs of the same name, in two folders, are different ones on the cluster. */
const idOf = (folder: string): string =>
  `${
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'run'
  }-${randomBytes(4).toString('hex')}`;
