import type { EngineStatus } from '../../protocol/engine';
import type { RemoteRun } from '../../runs/remote-run';
import type { RunRecord } from '../../runs/store';

/** A run that a cluster trains, as this window follows it. */
export interface FollowedRun {
  readonly remote: RemoteRun;
  /** As if an engine said it. Its step is that of the newest weights that are here. */
  readonly status: EngineStatus;
}

/** What an entry of the list has of a cluster. */
interface Entry {
  readonly record: RunRecord | null;
  readonly awaited: RemoteRun | null;
  readonly followed: FollowedRun | null;
  readonly connection: { readonly status: EngineStatus | null };
}

/** Returns the cluster that a run was submitted to, and what is known of it; null if it was submitted to none. */
export const remoteOf = ({ record, awaited }: Pick<Entry, 'record' | 'awaited'>): RemoteRun | null =>
  record?.remote ?? awaited;

/** Returns the status of a run that is being trained, by an engine of this machine or on a cluster; null if it is not known to be. */
export const statusOf = ({
  connection,
  followed,
}: Pick<Entry, 'connection' | 'followed'>): EngineStatus | null =>
  connection.status ?? followed?.status ?? null;
