import { signal } from '@preact/signals';
import type { Choices } from './choices';
import { packIds, unpackIds } from './packed-ids';
import { MAX_STORED_IDS, storableIds } from './storable-ids';
import type { ViewState } from './view-state';

/** Choices that keep one set of images: a few by id, many as one bit for each image of the dataset. */
interface Keys {
  readonly few: 'mapSelected' | 'mapIsolated';
  readonly many: 'mapSelectedMany' | 'mapIsolatedMany';
}

/** A set of images that is kept with the view's state, however many they are. */
export class KeptIds {
  private readonly held;
  /** All images of the dataset; empty until they are known. */
  private all: readonly string[] = [];
  private readonly lost = signal(false);

  constructor(
    private readonly state: ViewState<Choices>,
    private readonly keys: Keys,
  ) {
    this.held = signal<readonly string[]>(state.value[keys.few]);
  }

  /** In the order in which they were put in; those of a large set that was kept, in that of the dataset. */
  get value(): readonly string[] {
    return this.held.value;
  }

  /** Whether a large set was kept for other images than those that are shown, and is gone until another is put in. */
  get isLost(): boolean {
    return this.lost.value;
  }

  /** As `value`, without following it. */
  peek(): readonly string[] {
    return this.held.peek();
  }

  put(ids: readonly string[]): void {
    this.held.value = ids;
    this.lost.value = false;
    this.keep(ids);
  }

  /** Takes up all images of the dataset, and with them a large set that was kept before the page was loaded, unless another took its place. */
  know(all: readonly string[]): void {
    if (all === this.all) return;
    this.all = all;
    const packed = this.state.value[this.keys.many];
    // What is held already is packed for these images from now on.
    if (packed === '' || this.held.peek().length > 0) return this.keep(this.held.peek());
    const ids = unpackIds(packed, all);
    if (ids !== null) return void (this.held.value = ids);
    this.keep([]);
    this.lost.value = true;
  }

  private keep(ids: readonly string[]): void {
    const isLarge = ids.length > MAX_STORED_IDS && this.all.length > 0;
    const many = isLarge ? packIds(ids, this.all) : '';
    this.state.update({ [this.keys.few]: storableIds(ids), [this.keys.many]: many });
  }
}
