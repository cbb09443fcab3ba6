import { basename } from 'node:path';
import type { Memento } from 'vscode';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';
import { bestBound, givenName } from './run-item';
import { entryOutcome } from './run-view';
import { statusOf } from './followed-run';
import type { RunEntry } from './runs-model';

export const RUN_ORDERS = ['newest', 'name', 'bound', 'dataset'] as const;
export type RunOrder = (typeof RUN_ORDERS)[number];

export const RUN_STATES = [
  'training',
  'paused',
  'finished',
  'stopped',
  'interrupted',
  'failed',
  'damaged',
] as const;
export type ListedState = (typeof RUN_STATES)[number];

/** Which runs are listed: those that have all words of `text` and are in one of `states`; all if both are empty. */
export interface RunFilter {
  readonly text: string;
  readonly states: readonly ListedState[];
}

const NO_FILTER: RunFilter = { text: '', states: [] };

/** Returns the state of a run as the list names it. */
export function runStateOf(entry: RunEntry): ListedState {
  if (entry.damage !== '') return 'damaged';
  if (statusOf(entry)?.state === 'paused') return 'paused';
  const outcome = entryOutcome(entry);
  return outcome === 'running' ? 'training' : outcome;
}

const nameOf = ({ folder, record }: RunEntry): string => givenName(record) ?? basename(folder);

function matches(entry: RunEntry, { text, states }: RunFilter): boolean {
  if (states.length > 0 && !states.includes(runStateOf(entry))) return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { config, about } = entry.record ?? {};
  const written = [config?.data.name, config?.preset, ...(about?.tags ?? []), about?.notes];
  const all = [nameOf(entry), basename(entry.folder), ...written].join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}

const inWords = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare;

/** Comparisons of runs that are newest first; those of equal runs keep that order. */
const COMPARE: Readonly<Record<RunOrder, (a: RunEntry, b: RunEntry) => number>> = {
  newest: () => 0,
  name: (a, b) => inWords(nameOf(a), nameOf(b)),
  bound: (a, b) => boundOf(b) - boundOf(a) || 0,
  dataset: (a, b) => inWords(datasetOf(a), datasetOf(b)),
};

/** The highest bounds come first, and runs without one last. */
const boundOf = (entry: RunEntry): number => bestBound(entry.record, statusOf(entry)) ?? -Infinity;

/** Runs whose dataset is not known come last. */
const datasetOf = ({ record }: RunEntry): string => record?.config.data.name ?? '\uffff';

export interface ListedRuns {
  readonly shown: readonly RunEntry[];
  /** Number of runs that the filter hides. */
  readonly hidden: number;
}

const KEY = 'vae.runList';

/** Order and filter of the runs tree, remembered for the workspace. */
export class RunList implements Disposable {
  private readonly emitter = new Emitter<void>();
  readonly changed = this.emitter.event;

  constructor(private readonly state: Memento) {}

  get order(): RunOrder {
    const { order } = this.stored();
    return RUN_ORDERS.find((each) => each === order) ?? 'newest';
  }

  get filter(): RunFilter {
    const { text, states } = this.stored();
    return {
      text: typeof text === 'string' ? text : '',
      states: RUN_STATES.filter((each) => Array.isArray(states) && states.includes(each)),
    };
  }

  get isFiltered(): boolean {
    const { text, states } = this.filter;
    return text.trim() !== '' || states.length > 0;
  }

  /** Returns the runs to list. @param entries newest first */
  of(entries: readonly RunEntry[]): ListedRuns {
    const { filter, order } = this;
    const shown = entries.filter((entry) => matches(entry, filter)).sort(COMPARE[order]);
    return { shown, hidden: entries.length - shown.length };
  }

  sortBy(order: RunOrder): Promise<void> {
    return this.store({ order });
  }

  filterBy(change: Partial<RunFilter>): Promise<void> {
    return this.store(change);
  }

  clearFilter(): Promise<void> {
    return this.store(NO_FILTER);
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private async store(change: Partial<RunFilter> & { readonly order?: RunOrder }): Promise<void> {
    await this.state.update(KEY, { order: this.order, ...this.filter, ...change });
    this.emitter.fire();
  }

  /** What is stored, which another version may have written. */
  private stored(): { readonly order?: unknown; readonly text?: unknown; readonly states?: unknown } {
    const stored = this.state.get<unknown>(KEY);
    return typeof stored === 'object' && stored !== null ? stored : {};
  }
}
