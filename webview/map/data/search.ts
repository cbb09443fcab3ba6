import type { MapTag } from '../../../src/protocol/map';
import type { Facet } from './facets';
import type { MapData } from './map-data';

/**
 * Returns 1 for each image whose id, label, tag or text in a column contains the text, ignoring case, or that has this number in
 * a column; null for an empty text.
 * @param columns of the dataset, as far as they are there
 */
export function matching(
  data: Pick<MapData, 'images' | 'set' | 'indexOf'>,
  text: string,
  tags: readonly MapTag[] = [],
  columns: readonly Facet[] = [],
): Uint8Array | null {
  const { images, set } = data;
  const sought = text.trim().toLowerCase();
  if (sought === '') return null;
  const has = (name: string | null): boolean => name?.toLowerCase().includes(sought) ?? false;
  const labels = (set.labelNames ?? []).map(has);
  const found = Uint8Array.from(images.ids, (id, i) =>
    has(id) || labels[images.labels?.[i] ?? -1] === true ? 1 : 0,
  );
  for (const { name, ids } of tags) {
    if (!has(name)) continue;
    for (const id of ids) {
      const index = data.indexOf(id);
      if (index >= 0) found[index] = 1;
    }
  }
  for (const column of columns) {
    if (column.kind === 'numbers')
      column.values.forEach((value, i) => {
        if (String(value) === sought) found[i] = 1;
      });
    else {
      const named = column.names.map(has);
      column.each((image, name) => {
        if (named[name]) found[image] = 1;
      });
    }
  }
  return found;
}
