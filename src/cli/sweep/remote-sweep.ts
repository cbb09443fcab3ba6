import { basename } from 'node:path';
import { connectionTo } from '../../cluster/connection';
import type { ClusterConnection } from '../../cluster/connection';
import { NotFoundError } from '../../cluster/ray/errors';
import { hasJobEnded } from '../../cluster/ray/jobs';
import type { RayJob } from '../../cluster/ray/jobs';
import { sweepJobId } from '../../cluster/sweep-script';
import { TargetFile } from '../../cluster/target-file';
import { findToken } from '../../cluster/token';
import type { RunLock } from '../../runs/lock';
import { readRemoteSweep, requireRemoteSweep } from '../../sweeps/remote-sweep';
import type { RemoteSweep } from '../../sweeps/remote-sweep';
import type { Sweep } from '../../sweeps/sweep-file';
import type { Consent } from '../confirm';
import type { Context } from '../context';
import { badInput, EXIT } from '../exit';
import { RemoteSweepRunner } from './remote-sweep-runner';
import { submitSweep } from './submit-remote';
import type { SweepRecord } from './sweep-record';
import type { SweepReport } from './sweep-report';

async function connectionOf({ on }: Sweep): Promise<ClusterConnection> {
  return connectionTo(await new TargetFile().find(on!.target), await findToken());
}

/** Returns the job of a sweep if the cluster still has it. */
async function jobOf({ jobs }: ClusterConnection, remote: RemoteSweep): Promise<RayJob | null> {
  const job = await jobs.job(sweepJobId(remote)).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
  return job?.metadata['digest'] === remote.digest ? job : null;
}

/** How a sweep is carried out. */
export interface CarryOutOptions {
  /** Whether trials that have failed are trained again. */
  readonly retryFailed: boolean;
  /** Whether a person has agreed to what is sent to a cluster. */
  readonly consent: Consent;
  /** Whether a sweep on a cluster is followed until it ends, or left there once it is submitted. */
  readonly follows: boolean;
}

/**
 * Submits a sweep, or follows it if it was submitted; what was stopped or lost is submitted again, but for the trials that are done.
 * @returns how it has ended; `left` if it goes on there, `submitted` if it is not followed, `declined` if nothing was sent
 */
export async function carryOutThere(
  folder: string,
  sweep: Sweep,
  record: SweepRecord,
  lock: RunLock,
  report: SweepReport,
  { retryFailed, consent, follows }: CarryOutOptions,
  signal: AbortSignal,
  context: Context,
): Promise<'finished' | 'stopped' | 'left' | 'submitted' | 'declined'> {
  const connection = await connectionOf(sweep);
  const follow = (remote: RemoteSweep): Promise<'finished' | 'stopped' | 'left'> =>
    new RemoteSweepRunner(folder, sweep, remote, connection, record, lock, report, context).run(signal);
  const before = await readRemoteSweep(folder);
  const job = before && (await jobOf(connection, before));
  const isThere = before !== null && job !== null;
  if (isThere && !follows && !hasJobEnded(job)) {
    context.output.say(`${connection.target.name} carries it out`, { type: 'carried-out', folder });
    return 'submitted';
  }
  if (isThere && !hasJobEnded(job)) return follow(before);
  // What has come since it was last followed.
  if (isThere && job.status !== 'FAILED') {
    const end = await follow(before);
    if (end !== 'stopped') return end;
  }
  if (retryFailed)
    record.results.trials.forEach(({ state, reason }, index) => {
      if (state === 'failed' && !reason.startsWith('diverged'))
        record.change(index, { state: 'training', reason: '' });
    });
  const remote = await submitSweep(folder, sweep, record.results, before, connection, consent, context);
  if (remote !== null) return follows ? follow(remote) : 'submitted';
  context.output.say(`nothing was sent; \`vae sweep --continue ${basename(folder)}\` asks again`, {
    type: 'declined',
  });
  context.exitCode = EXIT.interrupted;
  return 'declined';
}

/** Stops a sweep that nobody follows. @throws CliError if the cluster does not train it */
export async function stopThere(folder: string, sweep: Sweep, context: Context): Promise<void> {
  const connection = await connectionOf(sweep);
  const remote = await requireRemoteSweep(folder);
  const job = await jobOf(connection, remote);
  const { name } = connection.target;
  if (job === null || hasJobEnded(job))
    throw badInput(`${folder}: ${name} does not carry out this sweep, so there is nothing to stop`);
  await connection.jobs.stop(sweepJobId(remote));
  context.output.say(
    `asked ${name} to stop the trials at checkpoints; \`vae sweep --continue ${basename(folder)}\` fetches them, then goes on`,
    { type: 'stopping', folder, target: name },
  );
}
