import type { RemoteJob } from '../runs/remote-run';
import type { ClusterConnection } from './connection';
import { jobRequest } from './job-request';
import { pipOfJob } from './pip-of-job';
import { packageOf, uriOf } from './package';
import type { Package } from './package';
import type { RayJobRequest } from './ray/jobs';
import { startFiles } from './start-package';
import { sentImages, sourceThere } from './sent-images';
import type { PackedImages } from './sent-images';
import { sweepJobId, sweepScript } from './sweep-script';
import type { ClusterSweep } from './sweep-script';
import { TRIAL_MARK, trainScript } from './train-script';
import { zipOf } from './zip';
import type { PackedFile } from './zip';

/** A sweep that is ready to be submitted, and what of it has to be sent. */
export interface SweepSubmission {
  readonly request: RayJobRequest;
  readonly digest: string;
  readonly packages: readonly Package[];
}

/**
 * Prepares a sweep for a cluster. Nothing is sent, and nothing written.
 * @param job what all trials share @param engine package of the engine @param images that are sent, null if none are
 * @param folderOf returns a trial's run folder here: one that has begun goes on from its newest checkpoint there
 * @throws ClusterError if it is too much for one job
 */
export async function prepareSweep(
  { target }: Pick<ClusterConnection, 'target'>,
  sweep: ClusterSweep,
  job: RemoteJob,
  engine: Package,
  images: PackedImages | null,
  folderOf: (run: string) => string,
): Promise<SweepSubmission> {
  const sent = sentImages(images);
  const begun: PackedFile[] = [];
  for (const { run, isDone } of sweep.trials) {
    const files = isDone ? null : await startFiles(folderOf(run), sourceThere(job, sent));
    begun.push(...(files ?? []).map(({ path, bytes }) => ({ path: `${run}/${path}`, bytes })));
  }
  const start = begun.length === 0 ? null : packageOf('start', zipOf(begun));
  const jobId = sweepJobId(sweep);
  const trial = trainScript({
    gpus: target.gpus,
    // Of all jobs of the sweep, so that a later one finds what an earlier one left on a node.
    ...{ runId: `${sweep.id}/${TRIAL_MARK}`, jobId: `${sweep.id}/${TRIAL_MARK}`, isTrial: true },
    ...{ job, sent, storage: target.storage, resume: [], start: start && uriOf(start), startLines: 0 },
  });
  return jobRequest({
    ...{ id: jobId, script: sweepScript(sweep, target, trial), run: sweep.id },
    pip: pipOfJob(target.pip, job, target.gpus),
    ...{ engine, images: images?.packages ?? [], start },
    // The job's own process starts the trials, and computes nothing.
    ...{ cpus: 0, gpus: 0 },
  });
}
