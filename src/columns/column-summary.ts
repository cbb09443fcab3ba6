import type { ColumnValues } from './column-filter';
import type { ImageMask } from './image-mask';

/** How many of some images have each class. */
export interface ClassCounts {
  /** By the index of the class. */
  readonly counts: Uint32Array;
  /** Images without a class. */
  readonly none: number;
}

/** How the values of some images are distributed. */
export interface Histogram {
  /** Least and greatest value of all images, so that the bins of every selection are the same; null if no image has one. */
  readonly range: readonly [low: number, high: number] | null;
  /** Images in each of the bins of equal width over the range; one bin if all values are equal, none without values. */
  readonly counts: Uint32Array;
  /** Images without a finite value. */
  readonly missing: number;
}

/** @param values index of each image's class, -1 for none @param classes number of classes @param chosen null for all images */
export function classCounts(values: ColumnValues, classes: number, chosen: ImageMask | null): ClassCounts {
  const counts = new Uint32Array(classes);
  let none = 0;
  for (let i = 0; i < values.length; i++) {
    if (chosen !== null && !chosen.has(i)) continue;
    const value = values[i]!;
    if (value >= 0 && value < classes) counts[value]!++;
    else none++;
  }
  return { counts, none };
}

/** @param bins number of bins @param chosen null for all images; the range is always that of all images */
export function histogram(values: ColumnValues, bins: number, chosen: ImageMask | null): Histogram {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const counts = new Uint32Array(low > high ? 0 : low === high ? 1 : bins);
  // Halves, because the width of a range of doubles may exceed the largest double.
  const width = high / 2 - low / 2;
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    if (chosen !== null && !chosen.has(i)) continue;
    const value = values[i]!;
    if (!Number.isFinite(value)) missing++;
    else if (width === 0) counts[0]!++;
    else counts[Math.min(counts.length - 1, Math.floor(((value / 2 - low / 2) / width) * bins))]!++;
  }
  return { range: low > high ? null : [low, high], counts, missing };
}
