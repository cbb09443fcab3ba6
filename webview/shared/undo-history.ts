import { computed, signal } from '@preact/signals';

/** A change that can be taken back. */
export interface Change {
  /** For the buttons' titles, such as "selection". */
  readonly name: string;
  readonly undo: () => void;
  readonly redo: () => void;
}

const MAX_CHANGES = 100;

/** One history of what a person changed on a run's page: selection, filters, tags, layout. */
export class UndoHistory {
  private readonly past = signal<readonly Change[]>([]);
  private readonly future = signal<readonly Change[]>([]);

  /** Name of the change that undo would take back; null if there is none. */
  readonly undoes = computed(() => this.past.value.at(-1)?.name ?? null);
  /** Name of the change that redo would make again; null if there is none. */
  readonly redoes = computed(() => this.future.value.at(-1)?.name ?? null);

  /** Notes a change that has been made. */
  add(change: Change): void {
    this.past.value = [...this.past.value, change].slice(-MAX_CHANGES);
    this.future.value = [];
  }

  undo(): void {
    this.move(this.past, this.future, (change) => change.undo());
  }

  redo(): void {
    this.move(this.future, this.past, (change) => change.redo());
  }

  private move(from: typeof this.past, to: typeof this.past, act: (change: Change) => void): void {
    const change = from.value.at(-1);
    if (change === undefined) return;
    from.value = from.value.slice(0, -1);
    to.value = [...to.value, change];
    act(change);
  }
}
