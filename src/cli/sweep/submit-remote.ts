import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { ClusterConnection } from '../../cluster/connection';
import { enginePackage } from '../../cluster/engine-package';
import { whyNoCards } from '../../cluster/pip-of-job';
import { prepareSweep } from '../../cluster/submit-sweep';
import { sweepJobId } from '../../cluster/sweep-script';
import type { ClusterTrial } from '../../cluster/sweep-script';
import { formatSize } from '../../download/dataset';
import type { RemoteJob } from '../../runs/remote-run';
import { writeRemoteSweep } from '../../sweeps/remote-sweep';
import type { RemoteSweep } from '../../sweeps/remote-sweep';
import type { Results } from '../../sweeps/results';
import type { Sweep } from '../../sweeps/sweep-file';
import { runFolderOf } from '../../sweeps/sweep-view';
import { cacheRoot } from '../../setup/locations.mjs';
import { formatCount } from '../../text/format-count';
import { engineFolder } from '../cluster/engine-folder';
import { packedImages } from '../cluster/packed-images';
import { imagesSent, imagesText, sum } from '../cluster/images-to-send';
import { confirm, confirmedByProgram } from '../confirm';
import type { Consent } from '../confirm';
import type { Context } from '../context';
import { imagesOfTrials } from './images-of-trials';

/** Returns what a trial of a sweep is trained by on a cluster, but for its own settings. */
function jobOf({ request, engine, on }: Sweep, threads: number): RemoteJob {
  const { source, preset, seed, set } = request;
  return {
    ...{ source, preset, seed, set: { ...set }, engine, threads },
    images:
      on?.data !== undefined
        ? { from: 'cluster', path: on.data }
        : { from: source.kind === 'digits' ? 'built-in' : 'sent' },
  };
}

/** Whether nothing of a trial is left to be trained. */
const isDone = ({ state }: Results['trials'][number]): boolean =>
  state === 'finished' || state === 'failed' || state === 'paused';

/**
 * Says what is sent to a cluster and how large it is, asks, and submits a sweep, or what is left of it.
 * @param before its job before; null for a new one
 * @returns null if it was declined: then nothing was written or sent
 */
export async function submitSweep(
  folder: string,
  sweep: Sweep,
  results: Results,
  before: RemoteSweep | null,
  connection: ClusterConnection,
  consent: Consent,
  context: Context,
): Promise<RemoteSweep | null> {
  const { output } = context;
  const { target, jobs } = connection;
  output.progress('packing');
  const job = jobOf(sweep, target.cpus);
  const images =
    job.images.from === 'sent' && job.source
      ? await packedImages(job.source, imagesOfTrials(sweep), (done, total) =>
          output.progress(`reading images ${formatCount(done)} / ${formatCount(total)}`),
        )
      : null;
  const trials = sweep.trials.map(({ run, values }, i): ClusterTrial => {
    const result = results.trials[i]!;
    return { run, values: { ...values, ...result.values }, isDone: isDone(result) };
  });
  const { search, stopping } = sweep;
  const id = before?.id ?? `${idOf(basename(folder))}-${randomBytes(4).toString('hex')}`;
  const attempt = before === null ? 1 : before.attempt + (before.isSubmitted ? 1 : 0);
  const submission = await prepareSweep(
    connection,
    {
      ...{ id, attempt, trials, search: search.kind, seed: sweep.request.seed, parallel: 0 },
      dimensions: search.kind === 'tpe' ? search.dimensions : [],
      stopping: stopping && { reduction: stopping.reduction, rungs: stopping.rungs },
    },
    job,
    await enginePackage(engineFolder(), cacheRoot()),
    images,
    (run) => runFolderOf(folder, sweep, run),
  );
  output.progress('');
  const cards = whyNoCards(target.pip, job, target.gpus);
  if (cards !== null) output.warn(`each trial ${cards}`);
  const size = (what: string): string =>
    formatSize(sum(submission.packages.filter((each) => each.what === what).map(({ bytes }) => bytes)));
  const left = trials.filter((trial) => !trial.isDone).length;
  output.say(
    [
      `to ${target.name} (${target.address}), ${formatCount(left)} trials, each on ${target.cpus} CPUs and ${target.gpus} GPUs:`,
      `  the engine, ${size('engine')} packed, unless it is there`,
      images === null
        ? job.images.from === 'cluster'
          ? `  no images: they are read from ${job.images.path} there`
          : '  no images: the digits are made there'
        : imagesText(images, size('images')),
      ...(submission.packages.some(({ what }) => what === 'start')
        ? [`  curves and newest checkpoints of trials that go on, ${size('start')} packed`]
        : []),
    ],
    {
      ...{ type: 'sends', target: target.name, address: target.address },
      packages: submission.packages.map(({ what, bytes }) => ({ what, bytes })),
      images: imagesSent(images, job),
      trials: left,
    },
  );
  if (consent === 'asked by program' && !(await confirmedByProgram(context))) return null;
  if (consent === 'asked' && !(await confirm('send this and train there?', '--yes', context))) return null;
  const remote: RemoteSweep = { id, attempt, digest: submission.digest, isSubmitted: false };
  await writeRemoteSweep(folder, remote);
  for (const each of submission.packages) {
    output.progress(`sending the ${each.what}, ${formatSize(each.bytes)}`);
    await jobs.upload(each);
  }
  await jobs.submit(submission.request);
  output.progress('');
  const submitted = { ...remote, isSubmitted: true };
  await writeRemoteSweep(folder, submitted);
  output.say(`submitted as ${sweepJobId(remote)}`, {
    ...{ type: 'submitted', folder, target: target.name, job: sweepJobId(remote) },
  });
  return submitted;
}

const idOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || 'sweep';
