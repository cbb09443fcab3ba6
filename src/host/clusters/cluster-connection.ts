import type { ClusterConnection } from '../../cluster/connection';
import type { RemoteRun } from '../../runs/remote-run';
import type { ExtensionServices } from '../services';
import { tokenFor } from './cluster-token';

/** Returns what speaks to the cluster of a run. @throws ClusterError if it is none that the person has added */
export async function connectionOf(
  host: Pick<ExtensionServices, 'context'>,
  { target: name }: Pick<RemoteRun, 'target'>,
): Promise<ClusterConnection> {
  const { TargetFile } = await import('../../cluster/target-file');
  const { connectionTo } = await import('../../cluster/connection');
  const target = await new TargetFile().find(name);
  return connectionTo(target, await tokenFor(host, target));
}
