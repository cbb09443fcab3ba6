import { basename } from 'node:path';
import type { EngineStatus } from '../../protocol/engine';
import { isRemoteActive } from '../../domain/remote-state';
import type { RunOutcome } from '../../domain/run-outcome';
import type { RemoteRun } from '../../runs/remote-run';
import type { RunRecord } from '../../runs/store';
import { formatAge, formatBound, plainLines, plainName, plainText } from '../format';
import { formatCount } from '../../text/format-count';
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
  readonly context:
    'run.training' | 'run.paused' | 'run.remote' | 'run.ended' | 'run.finished' | 'run.opened';
}

const ICONS = {
  running: ['sync~spin', 'charts.blue'],
  finished: ['pass', 'charts.green'],
  stopped: ['debug-stop', undefined],
  failed: ['error', 'errorForeground'],
  interrupted: ['warning', 'charts.yellow'],
} as const satisfies Record<RunOutcome, readonly [string, string | undefined]>;

/** Removes the timestamp that run folders and sweeps begin with: the line of a run shows its age. */
export const shortName = (name: string): string => name.replace(/^\d{8}-\d{6}-(?=.)/, '');

/** Returns the name of a run, as it was given or else as its folder has it; null if nothing of the run is written yet. */
export const givenName = (record: RunRecord | null | undefined): string | undefined =>
  record?.about.name || record?.config.name;

/** Returns the name of a run for messages. */
export const runName = ({ folder, record }: { folder: string; record: RunRecord | null }): string =>
  plainName(givenName(record) ?? basename(folder));

/** Maximum length of the notes in a line and in a tooltip, and lines of them in a tooltip. */
const MAX_LINE_NOTES = 60;
const MAX_TOOLTIP_NOTES = 1000;
const MAX_TOOLTIP_LINES = 15;

/** Returns the first line of the notes that has text; null if there is none. */
function noteLine(record: RunRecord | null): string | null {
  const line = record?.about.notes.split('\n').find((each) => each.trim() !== '');
  return line === undefined ? null : plainText(line.trim(), MAX_LINE_NOTES);
}

function tooltipNotes(notes: string): string {
  const whole = notes.trim();
  const lines = whole.slice(0, MAX_TOOLTIP_NOTES).split(/\r?\n/);
  const isWhole = whole.length <= MAX_TOOLTIP_NOTES && lines.length <= MAX_TOOLTIP_LINES;
  return [...lines.slice(0, MAX_TOOLTIP_LINES), ...(isWhole ? [] : ['…'])].join('\n');
}

function stateText(input: RunItemInput, outcome: RunOutcome, t: Translate): string {
  const { live, responding, record } = input;
  if (!responding) return t('not responding');
  const cluster = live === null || isOnCluster(input) ? clusterText(input, t) : null;
  if (cluster !== null) return cluster;
  if (live?.state === 'paused') return t('paused');
  if (live?.state === 'preparing') return t('preparing');
  if (live?.state === 'stopping') return t('stopping');
  switch (outcome) {
    case 'running':
      return t('training');
    case 'finished':
      return record?.config.opened === undefined ? t('finished') : t('trained elsewhere');
    case 'stopped':
      return t('stopped');
    case 'failed':
      return t('failed');
    case 'interrupted':
      return t('interrupted');
  }
}

/** What is known of a run that a cluster trains or has lost; null of other runs, and of one that has ended there as any run does. */
function clusterText({ remote, live }: RunItemInput, t: Translate): string | null {
  if (remote === null) return null;
  const target = plainName(remote.target);
  if (live?.state === 'stopping') return t('stopping on {0}', target);
  switch (remote.state) {
    case 'submitting':
    case 'waiting':
      return t('waiting on {0}', target);
    case 'running':
      return t('training on {0}', target);
    case 'failed':
      return t('failed on {0}', target);
    case 'lost':
      return t('lost by {0}', target);
    case 'ended':
      return null;
  }
}

/** Whether a cluster trains the run, as far as is known. */
const isOnCluster = ({ remote, isEngine }: RunItemInput): boolean =>
  !isEngine && remote !== null && isRemoteActive(remote.state);

function progressText(live: EngineStatus | null): string | null {
  if (!live?.totalSamples || live.state === 'preparing') return null;
  return `${Math.min(100, Math.floor((100 * live.samples) / live.totalSamples))} %`;
}

/** Returns the best known bound: the highest on the validation split, or else the engine's newest training bound. */
export function bestBound(record: RunRecord | null, live: EngineStatus | null): number | null {
  const bounds = [record?.best?.elbo, live?.validationBound].filter((bound) => bound != null);
  return bounds.length > 0 ? Math.max(...bounds) : (live?.trainBound ?? null);
}

export interface RunItemInput {
  readonly folderName: string;
  readonly record: RunRecord | null;
  /** Why the folder cannot be read as a run; empty if it can. */
  readonly damage: string;
  readonly live: EngineStatus | null;
  /** Whether `live` is of an engine of this machine. */
  readonly isEngine: boolean;
  /** The cluster that the run was submitted to; null if it was to none. */
  readonly remote: RemoteRun | null;
  /** False if the engine is alive but does not answer. */
  readonly responding: boolean;
  readonly current: boolean;
  readonly now: Date;
  /** A BCP 47 language tag. */
  readonly language: string;
}

export function runItem(input: RunItemInput, t: Translate): RunItem {
  const { record, damage, live, now, language } = input;
  const outcome = outcomeOf(record, live, damage, record === null ? input.remote : null);
  const bound = bestBound(record, live);
  const parts = [
    bound === null ? null : t('{0} nats', formatBound(bound)),
    damage === '' ? stateText(input, outcome, t) : t('damaged'),
    outcome === 'running' ? progressText(live) : null,
    outcome !== 'running' && record ? formatAge(new Date(record.config.createdAt), now, language) : null,
    record && record.about.tags.length > 0 ? record.about.tags.map(plainName).join(', ') : null,
    noteLine(record),
  ];
  const description = parts.filter((part) => part !== null).join(' · ');
  const [icon, colour] = !input.responding
    ? ICONS.interrupted
    : live?.state === 'paused'
      ? (['debug-pause', undefined] as const)
      : isOnCluster(input)
        ? (['cloud', 'charts.blue'] as const)
        : ICONS[outcome];
  const config = record?.config;
  const { name = '', notes = '', tags = [] } = record?.about ?? {};
  const tooltip = [
    name && plainName(name),
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
    live?.message || record?.message || damage || input.remote?.message,
    record && record.unreadMetrics > 0
      ? t('Its metrics file is very long: the best bound is that of its last 8 MB.')
      : '',
    tags.length > 0 && t('Tags: {0}', tags.map(plainName).join(', ')),
    notes.trim() !== '' && tooltipNotes(notes),
  ];
  const context =
    outcome === 'running'
      ? isOnCluster(input)
        ? 'run.remote'
        : live?.state === 'paused'
          ? 'run.paused'
          : 'run.training'
      : record?.config.opened !== undefined
        ? 'run.opened'
        : outcome === 'finished'
          ? 'run.finished'
          : 'run.ended';
  return {
    label: plainName(name || shortName(config?.name ?? input.folderName)),
    description: input.current ? `● ${description}` : description,
    tooltip: plainLines(tooltip.filter(Boolean).join('\n')),
    icon,
    colour,
    context,
  };
}
