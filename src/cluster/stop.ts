import { jobIdOf } from '../runs/remote-run';
import type { RemoteRun } from '../runs/remote-run';
import type { ClusterConnection } from './connection';
import { ClusterError, NotFoundError } from './ray/errors';

/**
 * Asks a cluster to stop a run at a checkpoint, which takes as long as writing it. What it has come to is fetched by whoever follows the run.
 * @returns false if the cluster has no such job (any more)
 * @throws ClusterError, also if the job of this name is another one, which is left alone
 */
export async function requestStop({ jobs }: ClusterConnection, remote: RemoteRun): Promise<boolean> {
  const id = jobIdOf(remote);
  const job = await jobs.job(id).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
  if (job === null) return false;
  if (job.metadata['digest'] !== remote.digest)
    throw new ClusterError(
      'refused',
      `the job ${id} on ${remote.target} is not the one that was submitted, and was left alone`,
    );
  await jobs.stop(id);
  return true;
}
