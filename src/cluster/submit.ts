import type { RemoteJob, RemoteRun } from '../runs/remote-run';
import { jobIdOf, writeRemoteRun } from '../runs/remote-run';
import { RunLock } from '../runs/lock';
import { lastLines } from '../runs/metrics';
import type { ClusterConnection } from './connection';
import { jobRequest } from './job-request';
import { pipOfJob } from './pip-of-job';
import { packageOf, uriOf } from './package';
import type { Package } from './package';
import type { RayJobRequest } from './ray/jobs';
import { startFiles } from './start-package';
import { ranksScript } from './ranks-script';
import { sentImages, sourceThere } from './sent-images';
import type { PackedImages } from './sent-images';
import { trainScript } from './train-script';
import { zipOf } from './zip';

/** A run that is ready to be submitted, and what of it has to be sent. */
export interface Submission {
  readonly remote: RemoteRun;
  readonly request: RayJobRequest;
  readonly packages: readonly Package[];
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
  engine: Package,
  images: PackedImages | null,
  resume: readonly string[],
  now: Date,
): Promise<Submission> {
  const { id, attempt, retries, job } = run;
  const sent = sentImages(images);
  const files = await startFiles(runFolder, sourceThere(job, sent));
  const start = files && packageOf('start', zipOf(files));
  const { count } = await lastLines(runFolder, 0);
  const jobId = jobIdOf(run);
  const { ranks } = job;
  const gpus = ranks?.gpus ?? target.gpus;
  const train = trainScript({
    gpus,
    ...{ runId: id, jobId, job, sent, storage: target.storage, resume },
    ...{ start: start && uriOf(start), startLines: count },
  });
  // The job's own process starts the ranks, and computes nothing.
  const script = ranks === undefined ? train : ranksScript(jobId, ranks, target, train);
  const { request, digest, packages } = jobRequest({
    ...{
      id: jobId,
      script,
      run: id,
      pip: pipOfJob(target.pip, job, gpus),
      engine,
      images: images?.packages ?? [],
      start,
    },
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
  onPackage: (each: Package) => void = () => undefined,
): Promise<RemoteRun> {
  // Whoever follows the run must not look for its job before it is there, and take it for lost.
  const lock = await RunLock.take(runFolder);
  try {
    await writeRemoteRun(runFolder, remote);
    const { session_name: session } = await jobs.version();
    for (const each of packages) {
      onPackage(each);
      await jobs.upload(each);
    }
    await jobs.submit(request);
    const submitted: RemoteRun = { ...remote, session, state: 'waiting', changedAt: now().toISOString() };
    await writeRemoteRun(runFolder, submitted);
    return submitted;
  } finally {
    await lock.release();
  }
}
