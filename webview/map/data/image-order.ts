import type { Facet } from './facets';

/**
 * Sorts images by a column: numbers by size, classes in the order of their names, and images without a value last in either
 * direction. Images that are equal stay in the order of the dataset.
 */
export function sortImages(indices: Uint32Array, facet: Facet | null, down: boolean): Uint32Array {
  if (facet === null) return down ? indices.slice().reverse() : indices;
  const keys = facet.kind === 'numbers' ? facet.values : classRanks(facet);
  const sign = down ? -1 : 1;
  const isMissing = (index: number): boolean => !Number.isFinite(keys[index]);
  return indices.slice().sort((a, b) => {
    const [missing, other] = [isMissing(a), isMissing(b)];
    if (missing || other) return Number(missing) - Number(other) || a - b;
    return sign * (keys[a]! - keys[b]!) || a - b;
  });
}

/** The place of each image's first class among the sorted names; NaN for none. */
function classRanks(facet: Facet & { readonly kind: 'classes' }): Record<number, number> {
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  const named = facet.names.flatMap((name, i) => (name === null ? [] : [{ name, i }]));
  const rank = new Float64Array(facet.names.length).fill(NaN);
  named.sort((a, b) => compare(a.name, b.name)).forEach(({ i }, place) => (rank[i] = place));
  const ranks: Record<number, number> = {};
  facet.each((image, name) => {
    if (!(ranks[image]! <= rank[name]!)) ranks[image] = rank[name]!;
  });
  return ranks;
}
