import type { ClusterConnection } from '../../cluster/connection';
import { enginePackage } from '../../cluster/engine-package';
import { prepareSubmission, submitRun } from '../../cluster/submit';
import type { Submission } from '../../cluster/submit';
import { formatSize } from '../../download/dataset';
import { jobIdOf } from '../../runs/remote-run';
import type { RemoteJob, RemoteRun } from '../../runs/remote-run';
import { formatCount } from '../../text/format-count';
import { confirm, confirmedByProgram } from '../confirm';
import type { Consent } from '../confirm';
import type { Context } from '../context';
import { engineFolder } from './engine-folder';
import { packedImages } from './packed-images';
import type { ImagesToSend } from './packed-images';

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
  const images = place.from === 'cluster' || source === null ? null : await packedImages(source);
  const engine = await enginePackage(engineFolder());
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
  const { packages } = submission;
  output.say([`to ${target.name} (${target.address}):`, ...linesOf(submission, images, run.job)], {
    ...{ type: 'sends', target: target.name, address: target.address },
    packages: packages.map(({ what, bytes }) => ({ what, bytes: bytes.length })),
    images: imagesSent(images, run.job),
  });
  if (consent === 'asked by program' && !(await confirmedByProgram(context))) return null;
  if (consent === 'asked' && !(await confirm('send this and train there?', '--yes', context))) return null;
  const remote = await submitRun(runFolder, connection, submission, context.today, (what, bytes) =>
    output.progress(`sending the ${what}, ${formatSize(bytes)}`),
  );
  output.progress('');
  output.say([`submitted as ${jobIdOf(remote)}`, `vae follow ${runFolder}`], {
    ...{ type: 'submitted', folder: runFolder, target: target.name, job: jobIdOf(remote) },
  });
  return remote;
}

/** Where the images come from; of those that are sent, how many files they are and their size unpacked. */
function imagesSent(images: ImagesToSend | null, { images: place }: RemoteJob): object {
  if (place.from === 'cluster') return { from: place.from, path: place.path };
  return images === null ? { from: 'built-in' } : { from: 'sent', files: images.files, bytes: images.size };
}

function linesOf(
  { packages }: Submission,
  images: ImagesToSend | null,
  { images: place, source }: RemoteJob,
): string[] {
  const size = (what: string): string =>
    formatSize(packages.find((each) => each.what === what)?.bytes.length ?? 0);
  return [
    `  the engine, ${size('engine')} packed, unless it is there`,
    place.from === 'cluster'
      ? `  no images: they are read from ${place.path} there`
      : source?.kind === 'digits'
        ? '  no images: the digits are made there'
        : `  images, ${formatCount(images?.files ?? 0)} files of ${formatSize(images?.size ?? 0)}, ${size('images')} packed, unless they are there`,
    ...(packages.some(({ what }) => what === 'start')
      ? [`  the curve and the newest checkpoint, ${size('start')} packed`]
      : []),
  ];
}
