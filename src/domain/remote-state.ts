/**
 * What is known of a run on a cluster: `submitting` until the cluster has taken it, `waiting` for a place on it, `running`; `ended`, and its
 * metrics say how; `failed` without having said so itself; `lost` if the cluster knows it no more.
 */
export type RemoteState = 'submitting' | 'waiting' | 'running' | 'ended' | 'failed' | 'lost';

/** Whether the cluster may be training the run. */
export const isRemoteActive = (state: RemoteState): boolean =>
  state === 'submitting' || state === 'waiting' || state === 'running';
