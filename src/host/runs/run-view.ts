import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineStatus } from '../../protocol/engine';
import type { RunView } from '../../protocol/panel';
import { boundLabel } from '../../runs/bound-label';
import { layersOf, objectiveOf } from '../../runs/model-facts';
import type { RunOutcome } from '../../domain/run-outcome';
import { isRemoteActive } from '../../domain/remote-state';
import type { RemoteState } from '../../domain/remote-state';
import type { RemoteRun } from '../../runs/remote-run';
import type { RunRecord } from '../../runs/store';
import { statusOf } from './followed-run';
import type { RunEntry } from './runs-model';
import type { Translate } from '../format';
import { formatCount } from '../../text/format-count';

/** Returns the outcome of a run, from its engine if one is alive, or else from its folder. */
export function outcomeOf(
  record: RunRecord | null,
  live: EngineStatus | null,
  /** Why the folder cannot be read; empty if it can. */
  damage = '',
  /** Of a run that a cluster was asked for and that has recorded nothing yet. */
  awaited: RemoteRun | null = null,
): RunOutcome {
  switch (live?.state) {
    case 'finished':
    case 'stopped':
    case 'failed':
      return live.state;
    case 'preparing':
    case 'training':
    case 'paused':
    case 'stopping':
      return 'running';
    case 'serving':
    case undefined:
      // Unless it is damaged, nothing is written yet: the run is being started.
      return (
        record?.outcome ?? (damage !== '' ? 'failed' : awaited ? AWAITED_OUTCOMES[awaited.state] : 'running')
      );
  }
}

/** Of runs that have recorded nothing. */
const AWAITED_OUTCOMES: Readonly<Record<RemoteState, RunOutcome>> = {
  ...{ submitting: 'running', waiting: 'running', running: 'running' },
  ...{ failed: 'failed', lost: 'interrupted', ended: 'stopped' },
};

/** Returns the outcome of a run in the list. */
export const entryOutcome = (entry: RunEntry): RunOutcome =>
  outcomeOf(entry.record, statusOf(entry), entry.damage, entry.awaited);

function datasetLabel({ config, usedImages }: RunRecord, t: Translate): string {
  const { name, count, width, height, source } = config.data;
  const images = t('{0}, {1} images of {2} × {3}', name, formatCount(count), width, height);
  const leftOut = source.leftOut?.length ?? 0;
  const label = leftOut === 0 ? images : t('{0}, {1} excluded', images, formatCount(leftOut));
  return usedImages === count ? label : t('{0}, {1} of them used', label, formatCount(usedImages));
}

/** Returns the view of a run for webviews. */
export function runView(
  folder: string,
  record: RunRecord | null,
  live: EngineStatus | null,
  t: Translate,
  damage = '',
  awaited: RemoteRun | null = null,
): RunView {
  const remote = record?.remote ?? awaited;
  return {
    uri: pathToFileURL(folder).href,
    name: record?.about.name || (record?.config.name ?? basename(folder)),
    notes: record?.about.notes ?? '',
    tags: record?.about.tags ?? [],
    preset: record?.config.preset ?? '',
    algorithm: record && !record.config.opened ? record.config.training.algorithm : '',
    dataset: record ? datasetLabel(record, t) : '',
    latent: record?.config.model.latent ?? 0,
    layers: record ? layersOf(record.config) : [],
    fingerprint: record?.config.data.fingerprint ?? '',
    boundLabel: record ? boundLabel(record.config) : '',
    objective: record && !record.config.opened ? objectiveOf(record.config) : null,
    live,
    cluster: remote === null ? null : { name: remote.target, isActive: isRemoteActive(remote.state) },
    outcome: outcomeOf(record, live, damage, awaited),
    message: live?.message || record?.message || damage || (awaited?.message ?? ''),
    lowerLearningRate: record?.lowerLearningRate ?? null,
  };
}
