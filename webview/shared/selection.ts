import { computed, signal } from '@preact/signals';
import type { Choices } from './choices';
import { t } from './l10n';
import { storableIds } from './storable-ids';
import type { UndoHistory } from './undo-history';
import type { ViewState } from './view-state';

/** The selected images of the dataset, by id, in the order of selection. */
export class Selection {
  private readonly selected;

  constructor(
    private readonly state: ViewState<Choices>,
    private readonly history: UndoHistory,
  ) {
    this.selected = signal<readonly string[]>(state.value.mapSelected);
  }

  readonly ids = computed(() => this.selected.value);
  readonly idSet = computed((): ReadonlySet<string> => new Set(this.selected.value));

  /** Replaces the selection. */
  set(ids: Iterable<string>): void {
    const before = this.selected.value;
    const after = [...new Set(ids)];
    if (before.length === after.length && before.every((id, i) => id === after[i])) return;
    this.take(after);
    this.history.add({
      name: t('selection'),
      undo: () => this.take(before),
      redo: () => this.take(after),
    });
  }

  /** Adds images; a single one that is selected already is taken out. */
  add(ids: readonly string[]): void {
    const [first] = ids;
    const { value } = this.idSet;
    if (ids.length === 1 && first !== undefined && value.has(first))
      return this.set(this.ids.value.filter((id) => id !== first));
    this.set([...this.ids.value, ...ids]);
  }

  clear(): void {
    this.set([]);
  }

  private take(ids: readonly string[]): void {
    this.selected.value = ids;
    this.state.update({ mapSelected: storableIds(ids) });
  }
}
