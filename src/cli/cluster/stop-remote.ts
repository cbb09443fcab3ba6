import { lockHolder } from '../../runs/lock';
import { jobIdOf } from '../../runs/remote-run';
import { isRemoteActive } from '../../domain/remote-state';
import { NotFoundError } from '../../cluster/ray/errors';
import { badInput } from '../exit';
import type { Context } from '../context';
import { sayEnd } from '../commands/follow';
import { watchInterrupts } from '../interrupt';
import { followAndSay } from './remote-run';
import type { RunOnCluster } from './remote-run';

/**
 * Stops a run on a cluster at a checkpoint, and fetches what it has come to, unless another process does that.
 * @throws CliError if it is not trained there
 */
export async function stopRemote(run: RunOnCluster, context: Context): Promise<void> {
  const { folder, remote, connection } = run;
  const { target } = remote;
  const id = jobIdOf(remote);
  const nothing = `${folder}: ${target} does not train this run, so there is nothing to stop`;
  if (!isRemoteActive(remote.state)) throw badInput(nothing);
  const job = await connection.jobs.job(id).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
  if (job === null) throw badInput(nothing);
  if (job.metadata['digest'] !== remote.digest)
    throw badInput(
      `${folder}: the job ${id} on ${target} is not the one that was submitted, and was left alone`,
    );
  await connection.jobs.stop(id);
  context.output.say(`asked ${target} to stop it at a checkpoint`, { type: 'stopping', folder, target });
  // Whoever follows the run already fetches its end.
  if ((await lockHolder(folder)) === 'alive') return;
  const interrupts = watchInterrupts({ onFirst: () => context.output.warn('leaving the run to itself') });
  try {
    const end = await followAndSay(run, interrupts.signal, context, false);
    await sayEnd(folder, end, context);
  } finally {
    interrupts.dispose();
  }
}
