import { basename } from 'node:path';
import type { EngineStatus } from '../../protocol/engine';
import type { RunOutcome } from '../../domain/run-outcome';
import type { RunRecord } from '../../runs/store';
import { formatCount } from '../../text/format-count';
import { formatAge, formatBound, plainLines, plainName } from '../format';
import type { Translate } from '../format';
import { outcomeOf } from './run-view';

/** A line of the runs tree. `context` selects its menus. */
export interface RunItem {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** Ids of a codicon and of a theme colour. */
  readonly icon: string;
  readonly colour?: string;
  readonly context: 'run.training' | 'run.paused' | 'run.ended' | 'run.finished';
}

const ICONS = {
  running: ['sync~spin', 'charts.blue'],
  finished: ['pass', 'charts.green'],
  stopped: ['debug-stop', undefined],
  failed: ['error', 'errorForeground'],
  interrupted: ['warning', 'charts.yellow'],
} as const satisfies Record<RunOutcome, readonly [string, string | undefined]>;

/** Removes the timestamp that run folders begin with: the line shows the age. */
const shortName = (name: string): string => name.replace(/^\d{8}-\d{6}-(?=.)/, '');

/** Returns the name of a run for messages. */
export const runName = ({ folder, record }: { folder: string; record: RunRecord | null }): string =>
  plainName(record?.config.name ?? basename(folder));

function stateText({ live, responding }: RunItemInput, outcome: RunOutcome, t: Translate): string {
  if (!responding) return t('not responding');
  if (live?.state === 'paused') return t('paused');
  if (live?.state === 'preparing') return t('preparing');
  if (live?.state === 'stopping') return t('stopping');
  switch (outcome) {
    case 'running':
      return t('training');
    case 'finished':
      return t('finished');
    case 'stopped':
      return t('stopped');
    case 'failed':
      return t('failed');
    case 'interrupted':
      return t('interrupted');
  }
}

function progressText(live: EngineStatus | null): string | null {
  if (!live?.totalSamples || live.state === 'preparing') return null;
  return `${Math.min(100, Math.floor((100 * live.samples) / live.totalSamples))} %`;
}

/** Returns the best known bound: the highest on the validation split, or else the engine's newest training bound. */
function bestBound(record: RunRecord | null, live: EngineStatus | null): number | null {
  const bounds = [record?.best?.elbo, live?.validationBound].filter((bound) => bound != null);
  return bounds.length > 0 ? Math.max(...bounds) : (live?.trainBound ?? null);
}

export interface RunItemInput {
  readonly folderName: string;
  readonly record: RunRecord | null;
  /** Why the folder cannot be read as a run; empty if it can. */
  readonly damage: string;
  readonly live: EngineStatus | null;
  /** False if the engine is alive but does not answer. */
  readonly responding: boolean;
  readonly current: boolean;
  readonly now: Date;
  /** A BCP 47 language tag. */
  readonly language: string;
}

export function runItem(input: RunItemInput, t: Translate): RunItem {
  const { record, damage, live, now, language } = input;
  const outcome = outcomeOf(record, live, damage);
  const bound = bestBound(record, live);
  const parts = [
    damage === '' ? stateText(input, outcome, t) : t('damaged'),
    outcome === 'running' ? progressText(live) : null,
    bound === null ? null : t('{0} nats', formatBound(bound)),
    outcome !== 'running' && record ? formatAge(new Date(record.config.createdAt), now, language) : null,
  ];
  const description = parts.filter((part) => part !== null).join(' · ');
  const [icon, colour] = !input.responding
    ? ICONS.interrupted
    : live?.state === 'paused'
      ? (['debug-pause', undefined] as const)
      : ICONS[outcome];
  const config = record?.config;
  const tooltip = [
    plainName(input.folderName),
    config &&
      t(
        '{0} images of {1}, preset {2}, {3} latent dimensions',
        formatCount(config.data.count),
        plainName(config.data.name),
        plainName(config.preset),
        formatCount(config.model.latent),
      ),
    record &&
      config &&
      record.usedImages !== config.data.count &&
      t('{0} of its images are used', formatCount(record.usedImages)),
    live?.engine,
    live?.message || record?.message || damage,
    record && record.unreadMetrics > 0
      ? t('Its metrics file is very long: the best bound is that of its last 8 MB.')
      : '',
  ];
  const context =
    outcome === 'running'
      ? live?.state === 'paused'
        ? 'run.paused'
        : 'run.training'
      : outcome === 'finished'
        ? 'run.finished'
        : 'run.ended';
  return {
    label: plainName(shortName(config?.name ?? input.folderName)),
    description: input.current ? `● ${description}` : description,
    tooltip: plainLines(tooltip.filter(Boolean).join('\n')),
    icon,
    colour,
    context,
  };
}
