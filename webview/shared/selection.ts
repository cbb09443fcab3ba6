import { computed } from '@preact/signals';
import type { Choices } from './choices';
import { KeptIds } from './kept-ids';
import { t } from './l10n';
import type { UndoHistory } from './undo-history';
import type { ViewState } from './view-state';

/** The selected images of the dataset, by id, in the order of selection. */
export class Selection {
  private readonly selected;

  constructor(
    state: ViewState<Choices>,
    private readonly history: UndoHistory,
  ) {
    this.selected = new KeptIds(state, { few: 'mapSelected', many: 'mapSelectedMany' });
  }

  readonly ids = computed(() => this.selected.value);
  /** Whether a large selection was kept for other images than those that are shown, and is gone. */
  readonly isLost = computed(() => this.selected.isLost);
  readonly idSet = computed((): ReadonlySet<string> => new Set(this.selected.value));

  /** Takes up the ids of all images, by which a large selection is kept. */
  know(all: readonly string[]): void {
    this.selected.know(all);
  }

  /** Replaces the selection. */
  set(ids: Iterable<string>): void {
    const before = this.selected.peek();
    const after = [...new Set(ids)];
    if (before.length === after.length && before.every((id, i) => id === after[i])) return;
    this.selected.put(after);
    this.history.add({
      name: t('selection'),
      undo: () => this.selected.put(before),
      redo: () => this.selected.put(after),
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
}
