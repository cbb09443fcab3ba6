import { computed, untracked } from '@preact/signals';
import type { RunSession } from '../../shared/run-session';
import { KeptIds } from '../../shared/kept-ids';
import { t } from '../../shared/l10n';
import { changeChoices } from './change-choices';
import { Facets } from './facets';
import type { Facet, FacetColumn } from './facets';
import { applyFilter, readFilters, withFilter } from './filters';
import type { Filter } from './filters';
import { mapOf } from './map-model';
import type { MapModel } from './map-model';
import { matching } from './search';

const known = new WeakMap<RunSession, Narrowing>();

/** Returns the session's filters, made on first use. */
export function narrowingOf(session: RunSession): Narrowing {
  const made = known.get(session) ?? new Narrowing(session, mapOf(session));
  known.set(session, made);
  return made;
}

/** Which images the person wants to see: filters of columns, a search, and the images that alone are shown. Masks are 1 for those. */
export class Narrowing {
  private readonly isolatedIds;

  constructor(
    private readonly session: RunSession,
    private readonly map: MapModel,
  ) {
    this.isolatedIds = new KeptIds(session.state, { few: 'mapIsolated', many: 'mapIsolatedMany' });
    session.whenever(() => {
      const ids = map.data?.images.ids;
      if (ids) untracked(() => this.isolatedIds.know(ids));
    });
  }

  private readonly texts = computed(() => this.session.state.value.mapFilters);
  readonly search = computed(() => this.session.state.value.mapSearch);
  readonly filters = computed(() => readFilters(this.texts.value));
  readonly isIsolated = computed(() => this.isolatedIds.value.length > 0);
  /** Whether the images that alone were shown were kept for other images, so that all are shown. */
  readonly isIsolationLost = computed(() => this.isolatedIds.isLost);

  /** The columns of the map that is shown; null without one. */
  readonly facets = computed(() => {
    const { data } = this.map;
    return data && new Facets(data);
  });

  facet(column: FacetColumn): Facet | null {
    return this.facets.value?.of(column, this.map.tags) ?? null;
  }

  /** What the search alone finds; null without one. */
  readonly found = computed(() => {
    const { data, tags } = this.map;
    const text = this.search.value;
    if (data === null || text.trim() === '') return null;
    const columns = data.fields.flatMap(({ name }) => this.facet(`field:${name}`) ?? []);
    return matching(data, text, tags, columns);
  });

  /** What filters and search leave; null for all. */
  readonly left = computed(() => this.leftWithout(null));

  /** Number of images that filters and search leave; null for all. */
  readonly leftCount = computed(() => this.left.value?.reduce((sum, one) => sum + one, 0) ?? null);

  /** What alone is shown; null for all. */
  readonly isolated = computed(() => this.maskOf(this.isolatedIds.value));

  /** What is selected of the images on the map; null if none of them is. */
  readonly selected = computed(() => this.maskOf(this.session.selection.ids.value));

  /** What is left and shown: the images that can be pointed at; null for all. */
  readonly within = computed(() => both(this.left.value, this.isolated.value));

  /** What the other filters and the search leave: a column counts its classes among these, so that each can be chosen. */
  leftWithout(column: FacetColumn | null): Uint8Array | null {
    const { data } = this.map;
    const filters = this.filters.value.filter((filter) => filter.column !== column);
    const found = this.found.value;
    if (data === null || (filters.length === 0 && found === null)) return null;
    const left = found?.slice() ?? new Uint8Array(data.set.count).fill(1);
    for (const filter of filters) {
      const facet = this.facet(filter.column);
      if (facet) applyFilter(filter, facet, left);
    }
    return left;
  }

  filterOf(column: FacetColumn): Filter | null {
    return this.filters.value.find((filter) => filter.column === column) ?? null;
  }

  /** Replaces the filter of a column; null takes it away. */
  setFilter(column: FacetColumn, filter: Filter | null): void {
    changeChoices(this.session, t('filter'), { mapFilters: withFilter(this.texts.value, column, filter) });
  }

  /** Searches while a text is typed. */
  type(mapSearch: string): void {
    this.session.state.update({ mapSearch });
  }

  /** Ends the typing of a search, which is undone as a whole. @param before the text when it began */
  typed(before: string): void {
    const mapSearch = this.search.peek();
    this.session.state.update({ mapSearch: before });
    changeChoices(this.session, t('search'), { mapSearch });
  }

  /** Clears filters and search. */
  clear(): void {
    changeChoices(this.session, t('filter'), { mapFilters: [], mapSearch: '' });
  }

  /** Shows only the selected images, or without a selection only what the filters leave. */
  isolate(): void {
    const { data, selected } = this.map;
    const left = this.left.value;
    if (data === null) return;
    const ids =
      selected.length > 0 ? selected : data.images.ids.filter((_, i) => left === null || left[i] === 1);
    this.change(ids);
  }

  showAll(): void {
    this.change([]);
  }

  private maskOf(ids: readonly string[]): Uint8Array | null {
    const indices = ids.length === 0 ? [] : (this.map.data?.indicesAmong(ids) ?? []);
    if (indices.length === 0) return null;
    const mask = new Uint8Array(this.map.data!.set.count);
    for (const index of indices) mask[index] = 1;
    return mask;
  }

  private change(after: readonly string[]): void {
    const before = this.isolatedIds.peek();
    const put = (ids: readonly string[]): void => this.isolatedIds.put(ids);
    put(after);
    this.session.changes.add({ name: t('isolation'), undo: () => put(before), redo: () => put(after) });
  }
}

function both(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null || b === null) return a ?? b;
  return a.map((one, i) => one & b[i]!);
}
