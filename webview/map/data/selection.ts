import type { MapData } from './map-data';
import { storableIds } from '../../shared/storable-ids';

/** The selected images, by id, so that the selection survives filtering and a new map. */
export class Selection {
  private idSet: ReadonlySet<string>;

  /** @param changed called when the selection changes */
  constructor(
    ids: readonly string[],
    private readonly changed: () => void,
  ) {
    this.idSet = new Set(ids);
  }

  get ids(): readonly string[] {
    return [...this.idSet];
  }

  /** The ids to persist: empty for large selections. */
  get kept(): readonly string[] {
    return storableIds(this.ids);
  }

  get size(): number {
    return this.idSet.size;
  }

  set(ids: Iterable<string>): void {
    this.idSet = new Set(ids);
    this.changed();
  }

  /** Adds ids; a single id that is already selected is deselected. */
  add(ids: readonly string[]): void {
    const [first] = ids;
    if (ids.length === 1 && first !== undefined && this.idSet.has(first))
      return this.set(this.ids.filter((id) => id !== first));
    this.set([...this.idSet, ...ids]);
  }

  /** Extends or replaces the selection. */
  take(ids: readonly string[], adding: boolean): void {
    if (adding) this.add(ids);
    else this.set(ids);
  }

  /** Returns the indices of the selected images on this map, ascending. */
  indices(data: MapData): number[] {
    return this.ids
      .map((id) => data.indexOf(id))
      .filter((index) => index >= 0)
      .sort((a, b) => a - b);
  }

  /** Returns 1 for each selected image; null if none is selected. */
  mask(data: MapData): Uint8Array | null {
    const indices = this.indices(data);
    if (indices.length === 0) return null;
    const mask = new Uint8Array(data.set.count);
    for (const index of indices) mask[index] = 1;
    return mask;
  }
}

/** Returns 1 for each image whose id or label contains the text, ignoring case; null for an empty text. */
export function matching({ images, set }: MapData, text: string): Uint8Array | null {
  const sought = text.trim().toLowerCase();
  if (sought === '') return null;
  const labels = (set.labelNames ?? []).map((name) => name.toLowerCase().includes(sought));
  return Uint8Array.from(images.ids, (id, i) =>
    id.toLowerCase().includes(sought) || labels[images.labels?.[i] ?? -1] === true ? 1 : 0,
  );
}
