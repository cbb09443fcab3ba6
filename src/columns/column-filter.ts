import { ImageMask } from './image-mask';

/** A value per image: a number, NaN if missing; or the index of a class, -1 if it has none. */
export type ColumnValues = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Images with a value from `from` to `to`, both included. */
interface RangeFilter {
  readonly values: ColumnValues;
  readonly from: number;
  readonly to: number;
  /** Whether images without a value are also in. */
  readonly missing: boolean;
}

/** Images of some classes; -1 stands for those without a class. */
interface ClassFilter {
  readonly values: ColumnValues;
  readonly classes: ReadonlySet<number>;
}

export type ColumnFilter = RangeFilter | ClassFilter;

/** Returns the images that pass one filter. */
export function filterMask(filter: ColumnFilter): ImageMask {
  const { values } = filter;
  if ('classes' in filter) {
    // A table, because a lookup in a set for each of 100,000 images takes several milliseconds.
    const passes = new Uint8Array(2 + Math.max(-1, ...filter.classes));
    for (const each of filter.classes) passes[each + 1] = 1;
    return ImageMask.where(values.length, (i) => passes[values[i]! + 1] ?? 0);
  }
  const { from, to } = filter;
  const missing = Number(filter.missing);
  return ImageMask.where(values.length, (i) => {
    const value = values[i]!;
    return value >= from && value <= to ? 1 : Number.isNaN(value) ? missing : 0;
  });
}

/** Returns the images that pass all filters. @param count number of images, of which every column has a value */
export function applyFilters(filters: readonly ColumnFilter[], count: number): ImageMask {
  return intersection(filters.map(filterMask), count);
}

/** Returns the images in all masks; all `count` images if there is no mask. */
export function intersection(masks: readonly ImageMask[], count: number): ImageMask {
  return masks.reduce((all, mask) => all.and(mask), ImageMask.all(count));
}

/**
 * Returns for each mask the images in all others. A chart that is itself a filter shows these: under its own filter, it would
 * hide what the filter could still be changed to.
 */
export function othersOfEach(masks: readonly ImageMask[], count: number): ImageMask[] {
  return masks.map((_, own) =>
    intersection(
      masks.filter((_mask, i) => i !== own),
      count,
    ),
  );
}
