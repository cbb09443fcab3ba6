import type { ClusterConnection } from '../../cluster/connection';
import { enginePackage } from '../../cluster/engine-package';
import { whyNoCards } from '../../cluster/pip-of-job';
import { prepareSubmission, submitRun } from '../../cluster/submit';
import type { Submission } from '../../cluster/submit';
import type { DatasetSource } from '../../datasets/dataset';
import { formatSize } from '../../download/dataset';
import { jobIdOf } from '../../runs/remote-run';
import type { RemoteJob, RemoteRun } from '../../runs/remote-run';
import { parseRequest } from '../../runs/settings/parse-request';
import { shapeOf } from '../../runs/run-shape';
import { readConfig } from '../../runs/store';
import { cacheRoot } from '../../setup/locations.mjs';
import { formatCount } from '../../text/format-count';
import { candidatesOf } from '../../training/step-size-search';
import { confirm, confirmedByProgram } from '../confirm';
import type { Consent } from '../confirm';
import type { Context } from '../context';
import { engineFolder } from './engine-folder';
import { packedImages } from './packed-images';
import { imagesSent, imagesText, sum } from './images-to-send';
import type { ImagesToSend } from './images-to-send';

/** What of a run is submitted. */
export interface RunToSend {
  readonly id: string;
  readonly attempt: number;
  readonly retries: number;
  readonly job: RemoteJob;
  /** Further arguments of `vae resume`. */
  readonly resume: readonly string[];
}

/**
 * Says what is sent to a cluster and how large it is, asks, and submits the run.
 * @returns null if it was declined: then nothing was written or sent
 */
export async function sendRun(
  runFolder: string,
  connection: ClusterConnection,
  run: RunToSend,
  consent: Consent,
  context: Context,
): Promise<RemoteRun | null> {
  const { output } = context;
  const { target } = connection;
  output.progress('packing');
  const { images: place, source } = run.job;
  const images =
    place.from === 'cluster' || source === null ? null : await imagesOf(runFolder, source, run.job, context);
  output.progress('packing');
  const engine = await enginePackage(engineFolder(), cacheRoot());
  const submission = await prepareSubmission(
    runFolder,
    connection,
    run,
    engine,
    images,
    run.resume,
    context.today(),
  );
  output.progress('');
  const cards = whyNoCards(target.pip, run.job, run.job.ranks?.gpus ?? target.gpus);
  if (cards !== null) output.warn(`the run ${cards}`);
  const { packages } = submission;
  output.say([`to ${target.name} (${target.address}):`, ...linesOf(submission, images, run.job)], {
    ...{ type: 'sends', target: target.name, address: target.address },
    packages: packages.map(({ what, bytes }) => ({ what, bytes })),
    images: imagesSent(images, run.job),
  });
  if (consent === 'asked by program' && !(await confirmedByProgram(context))) return null;
  if (consent === 'asked' && !(await confirm('send this and train there?', '--yes', context))) return null;
  const remote = await submitRun(runFolder, connection, submission, context.today, ({ what, bytes }) =>
    output.progress(`sending the ${what}, ${formatSize(bytes)}`),
  );
  output.progress('');
  output.say([`submitted as ${jobIdOf(remote)}`, `vae follow ${runFolder}`], {
    ...{ type: 'submitted', folder: runFolder, target: target.name, job: jobIdOf(remote) },
  });
  return remote;
}

function linesOf(
  { packages }: Submission,
  images: ImagesToSend | null,
  { images: place, source }: RemoteJob,
): string[] {
  const size = (what: string): string =>
    formatSize(sum(packages.filter((each) => each.what === what).map(({ bytes }) => bytes)));
  return [
    `  the engine, ${size('engine')} packed, unless it is there`,
    place.from === 'cluster'
      ? `  no images: they are read from ${place.path} there`
      : source?.kind === 'digits'
        ? '  no images: the digits are made there'
        : imagesText(images, size('images')),
    ...(packages.some(({ what }) => what === 'start')
      ? [`  the curve and the newest checkpoint, ${size('start')} packed`]
      : []),
  ];
}

/** Packs the images of a run. Of one that has begun, they are read as they were. */
async function imagesOf(
  runFolder: string,
  source: DatasetSource,
  { preset, seed, set }: RemoteJob,
  { output }: Context,
): Promise<ImagesToSend | null> {
  const begun = await readConfig(runFolder).catch(() => null);
  const request = begun === null ? candidatesOf({ source, preset, seed, set })[0]! : null;
  const asked = request && parseRequest(request);
  return packedImages(
    source,
    begun === null ? asked : { source: begun.data.source, shape: shapeOf(begun) },
    (done, total) => output.progress(`reading images ${formatCount(done)} / ${formatCount(total)}`),
  );
}
