import type { ClassName, Facet } from './facets';
import type { MapValues } from './map-data';

const BINS = 40;

export interface ClassCount {
  readonly name: ClassName;
  readonly count: number;
  /** How many of them are selected. */
  readonly selected: number;
}

/** Counts the images of each class. @param left 1 for each image that counts; null for all @param selected null for none */
export function countClasses(
  facet: Facet & { readonly kind: 'classes' },
  left: Uint8Array | null,
  selected: Uint8Array | null,
): readonly ClassCount[] {
  const counts = new Uint32Array(facet.names.length);
  const chosen = new Uint32Array(facet.names.length);
  facet.each((image, name) => {
    if (left !== null && left[image] === 0) return;
    counts[name]!++;
    if (selected !== null) chosen[name]! += selected[image]!;
  });
  return facet.names.map((name, i) => ({ name, count: counts[i]!, selected: chosen[i]! }));
}

/** A histogram with bins of equal width from the least to the largest value of all images. */
export interface RangeCounts {
  readonly low: number;
  readonly high: number;
  readonly counts: Uint32Array;
  readonly selected: Uint32Array;
  /** Number of counted images without a value. */
  readonly missing: number;
}

/** Counts values in bins; null if no image has a value. Parameters as for `countClasses`. */
export function countRange(
  values: MapValues,
  left: Uint8Array | null,
  selected: Uint8Array | null,
): RangeCounts | null {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return null;
  const counts = new Uint32Array(BINS);
  const chosen = new Uint32Array(BINS);
  let missing = 0;
  const factor = high > low ? BINS / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    if (left !== null && left[i] === 0) continue;
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      missing++;
      continue;
    }
    const bin = Math.min(BINS - 1, Math.floor((value - low) * factor));
    counts[bin]!++;
    if (selected !== null) chosen[bin]! += selected[i]!;
  }
  return { low, high, counts, selected: chosen, missing };
}
