import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineStatus } from '../../protocol/engine';
import type { RunView } from '../../protocol/panel';
import { boundLabel } from '../../runs/bound-label';
import { layersOf, objectiveOf } from '../../runs/model-facts';
import type { RunOutcome } from '../../domain/run-outcome';
import type { RunRecord } from '../../runs/store';
import type { Translate } from '../format';
import { formatCount } from '../../text/format-count';

/** Returns the outcome of a run, from its engine if one is alive, or else from its folder. */
export function outcomeOf(
  record: RunRecord | null,
  live: EngineStatus | null,
  /** Why the folder cannot be read; empty if it can. */
  damage = '',
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
      return record?.outcome ?? (damage === '' ? 'running' : 'failed');
  }
}

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
): RunView {
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
    outcome: outcomeOf(record, live, damage),
    message: live?.message || record?.message || damage,
    lowerLearningRate: record?.lowerLearningRate ?? null,
  };
}
