/** The stored values that become black (0) and white (255); those between are spread evenly, those beyond are clipped. */
export type ValueRange = readonly [low: number, high: number];

/** Least and greatest of the values that images store, all of them finite. */
export interface StoredValues {
  /** Floating-point numbers, or whole ones. */
  readonly areFloats: boolean;
  readonly least: number;
  readonly greatest: number;
}

/** Greatest values of the customary depths: a byte, and the 10, 12, 14 and 16 bits of sensors. */
const DEPTHS = [8, 10, 12, 14, 16].map((bits) => 2 ** bits - 1);

/** Converts a stored value to a byte, rounded, halves up. */
export function toByte(value: number, [low, high]: ValueRange): number {
  const level = Math.floor(((value - low) * 255) / (high - low) + 0.5);
  return level < 0 ? 0 : level > 255 ? 255 : level;
}

/** Returns the values of two sets of images. */
export function joinValues(a: StoredValues | null, b: StoredValues): StoredValues {
  if (!a) return b;
  return {
    areFloats: a.areFloats || b.areFloats,
    least: Math.min(a.least, b.least),
    greatest: Math.max(a.greatest, b.greatest),
  };
}

/** Whether values lie in a range, or outside by less than half a level of grey, which rounding takes away as well. */
export function fits({ least, greatest }: StoredValues, [low, high]: ValueRange): boolean {
  const half = (high - low) / 510;
  return least >= low - half && greatest < high + half;
}

/**
 * Returns the range in which such values are customarily stored. Of whole numbers: 0 to 1 for truth values, else 0 to
 * the greatest value of the least customary depth (see `DEPTHS`) that has them all; -1 to 1 or -128 to 127 for negative
 * ones; and their own range, from 0 if none is negative, where no depth has them all. Of floating-point numbers, each up to
 * half a level of grey: 0 to 1, -1 to 1 if some are negative, or 0 to 255 if they fill more than half of it.
 * @returns null for floating-point numbers of any other range, which can mean anything
 */
export function customaryRange(values: StoredValues): ValueRange | null {
  const { areFloats, least, greatest } = values;
  if (areFloats) {
    if (fits(values, [0, 1])) return [0, 1];
    if (least < -1 / 510 && fits(values, [-1, 1])) return [-1, 1];
    return fits(values, [0, 255]) && greatest > 128 ? [0, 255] : null;
  }
  if (least < 0) {
    if (least >= -1 && greatest <= 1) return [-1, 1];
    return least >= -128 && greatest <= 127 ? [-128, 127] : ownRange(values);
  }
  return [0, greatest === 1 ? 1 : (DEPTHS.find((most) => most >= greatest) ?? greatest)];
}

/** Returns the least and the greatest value as a range, which is never empty. */
export function ownRange({ least, greatest }: StoredValues): ValueRange {
  return [least, greatest > least ? greatest : least + 1];
}

export const isSameRange = (a: ValueRange | null, b: ValueRange | null): boolean =>
  a?.[0] === b?.[0] && a?.[1] === b?.[1];

/** Formats a value for people, like `-0.3333` or `4095`. */
export function showValue(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}

/** Formats the setting of a range, like `data.range=0,4095`. */
export function rangeSetting([low, high]: ValueRange): string {
  return `data.range=${low},${high}`;
}
