import type { RemoteJob, RemoteRun } from '../runs/remote-run';
import { jobIdOf, writeRemoteRun } from '../runs/remote-run';
import { RunLock } from '../runs/lock';
import { lastLines } from '../runs/metrics';
import type { ClusterConnection } from './connection';
import { jobRequest, uriOf } from './job-request';
import type { Packages } from './job-request';
import type { RayJobRequest } from './ray/jobs';
import { startFiles } from './start-package';
import { ranksScript } from './ranks-script';
import { DATA_FOLDER, trainScript } from './train-script';
import type { SentImages } from './train-script';
import { zipOf } from './zip';

/** Images, packed to be sent. */
export interface PackedImages extends Omit<SentImages, 'uri'> {
  readonly bytes: Uint8Array;
}

/** A run that is ready to be submitted, and what of it has to be sent. */
export interface Submission {
  readonly remote: RemoteRun;
  readonly request: RayJobRequest;
  readonly packages: Packages;
}

/** Of Ray Train: its second version, and where its workers are. */
const RANKS_ENVIRONMENT = { RAY_TRAIN_V2_ENABLED: '1' } as const;

/**
 * Prepares a run for a cluster. Nothing is sent, and nothing written.
 * @param engine package of the engine @param images that are sent, null if none are
 * @param before what was submitted of this run before; null for a new one @param resume further arguments of `vae resume`
 */
export async function prepareSubmission(
  runFolder: string,
  { target }: Pick<ClusterConnection, 'target'>,
  run: { readonly id: string; readonly attempt: number; readonly retries: number; readonly job: RemoteJob },
  engine: Uint8Array,
  images: PackedImages | null,
  resume: readonly string[],
  now: Date,
): Promise<Submission> {
  const { id, attempt, retries, job } = run;
  const sent = images === null ? null : { ...images, uri: uriOf(images.bytes) };
  const files = await startFiles(runFolder, sourceThere(job, sent));
  const start = files === null ? null : zipOf(files);
  const { count } = await lastLines(runFolder, 0);
  const jobId = jobIdOf(run);
  const train = trainScript({
    ...{ runId: id, jobId, job, sent, storage: target.storage, resume },
    ...{ start: start && uriOf(start), startLines: count },
  });
  // The job's own process starts the ranks, and computes nothing.
  const { ranks } = job;
  const script = ranks === undefined ? train : ranksScript(jobId, ranks, target, train);
  const { request, digest, packages } = jobRequest({
    ...{ id: jobId, script, run: id, pip: target.pip, engine, images: images?.bytes ?? null, start },
    environment: ranks && RANKS_ENVIRONMENT,
    cpus: ranks === undefined ? target.cpus : 0,
    gpus: ranks === undefined ? target.gpus : 0,
  });
  return {
    request,
    remote: {
      ...{ target: target.name, id, attempt, retries, digest, session: null, node: null },
      ...{ state: 'submitting', message: '', changedAt: now.toISOString(), linesBefore: count, job },
    },
    packages,
  };
}

/** Where a run's config.json says that its images are, on the cluster; null to leave it as it is. */
export function sourceThere(job: RemoteJob, sent: SentImages | null): RemoteJob['source'] {
  const { source } = job;
  if (sent === null || source === null || source.kind === 'digits') return null;
  // The job's script puts the folder of the package in the place of what is before its name.
  const root = `file:///sent/${sent.uri.replace(/^gcs:\/\/(.*)\.zip$/, '$1')}`;
  const at = (path: string): string => [root, ...path.split('/').map(encodeURIComponent)].join('/');
  return {
    ...source,
    uri: at(`${DATA_FOLDER}/${sent.path}`),
    ...(sent.labels !== null && { labels: at(sent.labels) }),
  };
}

/**
 * Submits a run: first it is written down in its folder, then packages are sent that are not there yet, then the job. However often this is
 * called, and wherever it is cut off, there is one job.
 * @param onPackage called before each package is sent @returns what is in the folder then
 * @throws ClusterError; the folder then says that the run is being submitted. LockedError if another process holds the run
 */
export async function submitRun(
  runFolder: string,
  { jobs }: ClusterConnection,
  { remote, request, packages }: Submission,
  now: () => Date,
  onPackage: (what: Submission['packages'][number]['what'], bytes: number) => void = () => undefined,
): Promise<RemoteRun> {
  // Whoever follows the run must not look for its job before it is there, and take it for lost.
  const lock = await RunLock.take(runFolder);
  try {
    await writeRemoteRun(runFolder, remote);
    const { session_name: session } = await jobs.version();
    for (const { what, bytes } of packages) {
      onPackage(what, bytes.length);
      await jobs.upload(bytes);
    }
    await jobs.submit(request);
    const submitted: RemoteRun = { ...remote, session, state: 'waiting', changedAt: now().toISOString() };
    await writeRemoteRun(runFolder, submitted);
    return submitted;
  } finally {
    await lock.release();
  }
}
