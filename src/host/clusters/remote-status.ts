import { pathToFileURL } from 'node:url';
import type { MetricRow } from '../../domain/metrics';
import type { EngineStatus } from '../../protocol/engine';
import type { RemoteRun } from '../../runs/remote-run';
import type { RunRecord } from '../../runs/store';

/** What is known of a run on a cluster beside its folder. */
export interface RemoteKnowledge {
  readonly remote: RemoteRun;
  /** The newest rows that have come since it is followed. */
  readonly train: MetricRow | null;
  readonly validation: MetricRow | null;
  /** About the connection or the job; empty for nothing. */
  readonly note: string;
  /** Whether it was asked to stop. */
  readonly isStopping: boolean;
}

/** Returns the state of a run on a cluster as an engine of this machine would report it. */
export function remoteStatus(
  folder: string,
  record: Pick<RunRecord, 'config' | 'checkpoints' | 'lastRow' | 'best'> | null,
  { remote, train, validation, note, isStopping }: RemoteKnowledge,
): EngineStatus {
  const newest = [train, validation, record?.lastRow ?? null].reduce(
    (best, row) => (row !== null && (best === null || row.samples > best.samples) ? row : best),
    null,
  );
  const samples = newest?.samples ?? 0;
  const total = record?.config.training.samples ?? null;
  const rate = newest !== null && newest.seconds > 0 ? samples / newest.seconds : null;
  const isTraining = remote.state === 'running' && record !== null;
  const lastTrain = train ?? (record?.lastRow?.type === 'train' ? record.lastRow : null);
  return {
    state: isStopping ? 'stopping' : isTraining ? 'training' : 'preparing',
    message: note,
    runUri: pathToFileURL(folder).href,
    step: record?.checkpoints.at(-1) ?? 0,
    ...{ samples, totalSamples: total, samplesPerSecond: rate },
    secondsLeft:
      isTraining && total !== null && rate !== null ? Math.max(0, Math.ceil((total - samples) / rate)) : null,
    trainBound: lastTrain?.elbo ?? null,
    validationBound: (validation ?? record?.best)?.elbo ?? null,
    engine: `${remote.job.engine} on ${remote.target}`,
  };
}
