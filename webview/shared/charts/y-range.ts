import type { Reference } from './reference';

/** How far below the tail, in multiples of its height, earlier values may reach before they are cut off. */
const TAIL_TOLERANCE = 0.8;
const MARGIN_SHARE = 0.06;

/**
 * Returns the y range of curves over `samples`. Training starts hundreds of nats below where it spends its time, so the
 * range is that of the curve's tail, after the fraction `skipped` (0 to 1) of the axis; the steep start leaves the plot
 * at the bottom. Values above the tail, for instance of a bound that fell again, stay visible.
 */
export function boundRange(
  samples: readonly number[],
  curves: readonly (readonly (number | null)[])[],
  skipped: number,
  log: boolean,
): [number, number] {
  const place = log ? Math.log : (value: number) => value;
  const first = place(samples[0] ?? 1);
  const start = first + skipped * (place(samples.at(-1) ?? 1) - first);
  let low = Infinity;
  let high = -Infinity;
  let lowest = Infinity;
  for (const curve of curves) {
    for (let i = 0; i < curve.length; i++) {
      const value = curve[i];
      if (value == null) continue;
      lowest = Math.min(lowest, value);
      high = Math.max(high, value);
      if (place(samples[i]!) >= start) low = Math.min(low, value);
    }
  }
  if (low > high) low = lowest;
  if (low > high) return [-1, 0];
  const bottom = low - lowest <= TAIL_TOLERANCE * (high - low) ? lowest : low;
  const margin = (high - bottom || Math.abs(high) || 1) * MARGIN_SHARE;
  return [bottom - margin, high + margin];
}

/**
 * Widens a range so that references are visible on an axis from `first` to `last`. Their start, the fraction `skipped`
 * of the axis, is ignored too.
 */
export function rangeWith(
  [low, high]: [number, number],
  references: readonly Reference[],
  [first, last]: readonly [number, number],
  skipped: number,
  log: boolean,
): [number, number] {
  const start = log ? first * (last / first) ** skipped : first + skipped * (last - first);
  const seen = references.flatMap(({ samples, values }) =>
    values.filter((_, i) => samples[i]! >= start && samples[i]! <= last),
  );
  const [bottom, top] = [Math.min(low, ...seen), Math.max(high, ...seen)];
  const margin = (top - bottom) * MARGIN_SHARE;
  return [bottom < low ? bottom - margin : low, top > high ? top + margin : high];
}
