import type { PlotMark, Point, Text } from './drawing';

/** A plot frame: its rectangle in pixels, and the ranges of samples (logarithmic axis) and bounds (linear axis). */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly samples: readonly [first: number, last: number];
  readonly bounds: readonly [lowest: number, highest: number];
}

const FRAME = '#444444';
const GRID = '#e4e4e4';
const INK = '#222222';
const TICK_SIZE = 11;

export function placeOf(
  { left, top, width, height, samples, bounds }: Plot,
  at: number,
  bound: number,
): Point {
  const across = Math.log(at / samples[0]) / Math.log(samples[1] / samples[0]);
  const up = (bound - bounds[0]) / (bounds[1] - bounds[0]);
  return [left + across * width, top + (1 - up) * height];
}

/** Returns the frame, grid and tick labels; labels the bounds only if `labelled`. */
export function axes(plot: Plot, labelled: boolean): PlotMark[] {
  const { left, top, width, height, samples, bounds } = plot;
  const right = left + width;
  const bottom = top + height;
  const marks: PlotMark[] = [];
  const tick = (text: string, at: Point, anchor: Text['anchor']): PlotMark => ({
    kind: 'text',
    at,
    text,
    size: TICK_SIZE,
    colour: INK,
    anchor,
  });
  for (const value of decades(samples)) {
    const [x] = placeOf(plot, value, bounds[0]);
    marks.push(stroke(GRID, [x, top], [x, bottom]));
    marks.push(tick(shortCount(value), [x, bottom + 16], 'middle'));
  }
  for (const value of boundTicks(bounds)) {
    const [, y] = placeOf(plot, samples[0], value);
    marks.push(stroke(GRID, [left, y], [right, y]));
    if (labelled) marks.push(tick(String(value).replace('-', '\u2212'), [left - 7, y + 4], 'end'));
  }
  const frame = stroke(FRAME, [left, top], [right, top], [right, bottom], [left, bottom], [left, top]);
  return [...marks, frame];
}

function stroke(colour: string, ...points: Point[]): PlotMark {
  return { kind: 'stroke', points, colour, width: 1 };
}

/**
 * Returns the parts of a curve inside the frame, cut at its edges.
 * @param curve samples ascending; a bound that is not finite leaves a gap
 */
export function visibleParts(
  plot: Plot,
  curve: { readonly samples: readonly number[]; readonly bounds: readonly number[] },
): Point[][] {
  const parts: Point[][] = [];
  const points = curve.samples.map((at, i) => placeOf(plot, at, curve.bounds[i]!));
  for (let i = 0; i + 1 < points.length; i++) {
    const piece = clip(plot, points[i]!, points[i + 1]!);
    if (piece === null) continue;
    const last = parts.at(-1);
    const end = last?.at(-1);
    if (last && end && end[0] === piece[0][0] && end[1] === piece[0][1]) last.push(piece[1]);
    else parts.push([...piece]);
  }
  return parts;
}

/** Clips a segment to the frame (Liang and Barsky); returns null if it lies outside. */
function clip({ left, top, width, height }: Plot, from: Point, to: Point): [Point, Point] | null {
  if (![...from, ...to].every(Number.isFinite)) return null;
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  let [start, end] = [0, 1];
  const edges = [
    [-dx, from[0] - left],
    [dx, left + width - from[0]],
    [-dy, from[1] - top],
    [dy, top + height - from[1]],
  ] as const;
  for (const [slope, room] of edges) {
    if (slope === 0 && room < 0) return null;
    if (slope < 0) start = Math.max(start, room / slope);
    if (slope > 0) end = Math.min(end, room / slope);
  }
  if (start >= end) return null;
  const at = (part: number): Point =>
    part === 0 ? from : part === 1 ? to : [from[0] + part * dx, from[1] + part * dy];
  return [at(start), at(end)];
}

function decades([first, last]: readonly [number, number]): number[] {
  const from = Math.ceil(Math.log10(first) - 1e-9);
  const to = Math.floor(Math.log10(last) + 1e-9);
  return Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
}

/** Returns ticks at multiples of 10, 20, 50, 100, ..., at most eight steps. */
function boundTicks([lowest, highest]: readonly [number, number]): number[] {
  const steps = [10, 20, 50, 100, 200, 500, 1000];
  const step = steps.find((candidate) => (highest - lowest) / candidate <= 8) ?? highest - lowest;
  const ticks: number[] = [];
  for (let value = Math.ceil(lowest / step) * step; value <= highest; value += step) ticks.push(value);
  return ticks;
}

/** Formats a count as 100k, 1M, ... */
function shortCount(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}
