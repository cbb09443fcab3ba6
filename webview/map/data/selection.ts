import type { MapData } from './map-data';

/** Ids of a larger selection are not kept over a reload: VS Code keeps the state of views for ever. */
const MAX_KEPT_IDS = 5000;

/** Selected images, by id: they stay selected whatever is filtered, and when the map is made anew. */
export class Selection {
  private idSet: ReadonlySet<string>;

  /** @param changed the person has selected something else */
  constructor(
    ids: readonly string[],
    private readonly changed: () => void,
  ) {
    this.idSet = new Set(ids);
  }

  get ids(): readonly string[] {
    return [...this.idSet];
  }

  /** What of it is kept over a reload. */
  get kept(): readonly string[] {
    return this.size > MAX_KEPT_IDS ? [] : this.ids;
  }

  get size(): number {
    return this.idSet.size;
  }

  set(ids: Iterable<string>): void {
    this.idSet = new Set(ids);
    this.changed();
  }

  /** One that is selected already is given up; several are added. */
  add(ids: readonly string[]): void {
    const [first] = ids;
    if (ids.length === 1 && first !== undefined && this.idSet.has(first))
      return this.set(this.ids.filter((id) => id !== first));
    this.set([...this.idSet, ...ids]);
  }

  /** What was drawn around or picked: more of the selection, or another one. */
  take(ids: readonly string[], adding: boolean): void {
    if (adding) this.add(ids);
    else this.set(ids);
  }

  /** Numbers of those that are on this map, ascending. */
  indices(data: MapData): number[] {
    return this.ids
      .map((id) => data.indexOf(id))
      .filter((index) => index >= 0)
      .sort((a, b) => a - b);
  }

  /** 1 for each selected point; null where nothing is selected. */
  mask(data: MapData): Uint8Array | null {
    const indices = this.indices(data);
    if (indices.length === 0) return null;
    const mask = new Uint8Array(data.set.count);
    for (const index of indices) mask[index] = 1;
    return mask;
  }
}

/** 1 for each image whose id or label holds the text, whatever the case; null for an empty text. */
export function matching({ images, set }: MapData, text: string): Uint8Array | null {
  const sought = text.trim().toLowerCase();
  if (sought === '') return null;
  const labels = (set.labelNames ?? []).map((name) => name.toLowerCase().includes(sought));
  return Uint8Array.from(images.ids, (id, i) =>
    id.toLowerCase().includes(sought) || labels[images.labels?.[i] ?? -1] === true ? 1 : 0,
  );
}
