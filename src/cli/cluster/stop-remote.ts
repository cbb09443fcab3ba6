import { lockHolder } from '../../runs/lock';
import { isRemoteActive } from '../../domain/remote-state';
import { requestStop } from '../../cluster/stop';
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
  const nothing = `${folder}: ${target} does not train this run, so there is nothing to stop`;
  if (!isRemoteActive(remote.state) || !(await requestStop(connection, remote))) throw badInput(nothing);
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
