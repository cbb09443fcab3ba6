import type { MetricRow } from '../../domain/metrics';
import { formatNats } from '../format';
import { formatCount } from '../../text/format-count';
import type { Span, StyledLine, Tone } from '../screen';
import { DotCanvas } from './dot-canvas';

/** The curve of one run. */
export interface PlottedCurve {
  readonly rows: readonly MetricRow[];
  /** The character of its validation bounds. */
  readonly mark: string;
  readonly tone: Tone;
}

export interface PlotSize {
  readonly width: number;
  /** Lines, of which the last has the samples. */
  readonly height: number;
}

export interface PlotStyle {
  /** Whether lines are drawn by Braille dots, eight to a character; else by full stops. */
  readonly hasBraille: boolean;
  readonly hasLogAxis: boolean;
}

/** Fraction of the horizontal axis that the range of bounds ignores: training starts far below where it spends its time. */
const SKIPPED = { linear: 0.1, log: 0.45 };
/** Smallest plot that is worth drawing. */
const MIN_WIDTH = 24;
const MIN_HEIGHT = 4;

/**
 * Draws bounds over samples: training as a line, each validation as a mark.
 * @returns at most `height` lines; a sentence if there is nothing to draw, none if there is no room
 */
export function plotLines(
  curves: readonly PlottedCurve[],
  { width, height }: PlotSize,
  { hasBraille, hasLogAxis }: PlotStyle,
): StyledLine[] {
  if (width < MIN_WIDTH || height < MIN_HEIGHT) return [];
  const rows = curves.flatMap((curve) => curve.rows);
  if (rows.length === 0) return [[{ text: 'no bound is recorded yet', tone: 'quiet' }]];
  const place = hasLogAxis
    ? (samples: number) => Math.log(Math.max(1, samples))
    : (samples: number) => samples;
  const places = rows.map(({ samples }) => place(samples));
  const [left, right] = rangeOf(places);
  const start = left + (hasLogAxis ? SKIPPED.log : SKIPPED.linear) * (right - left);
  const tail = rows.filter((_, i) => places[i]! >= start).map(({ elbo }) => elbo);
  const [low, high] = rangeOf(tail);
  if (!Number.isFinite(high - low))
    return [[{ text: 'the bounds are too far apart to be drawn', tone: 'quiet' }]];

  const labels = [high, (low + high) / 2, low].map(formatNats);
  const margin = Math.max(...labels.map((label) => label.length)) + 1;
  const canvas = new DotCanvas(width - margin - 1, height - 1, hasBraille);
  const at = ({ samples, elbo }: MetricRow): [x: number, y: number] => [
    ((place(samples) - left) / (right - left || 1)) * (canvas.dotsAcross - 1),
    ((high - elbo) / (high - low || 1)) * (canvas.dotsDown - 1),
  ];
  for (const { rows: all, mark, tone } of curves) {
    canvas.line(all.filter(({ type }) => type === 'train').map(at), tone);
    for (const row of all) if (row.type === 'validation') canvas.mark(at(row), mark, tone);
  }
  const lines = canvas.lines().map((line, i, all): StyledLine => {
    const middle = (all.length - 1) / 2;
    const label = i === 0 ? labels[0] : i === all.length - 1 ? labels[2] : i === middle ? labels[1] : '';
    return [{ text: `${(label ?? '').padStart(margin - 1)} |`, tone: 'quiet' }, ...line];
  });
  return [
    ...lines,
    samplesLine(
      margin,
      canvas.columns,
      rows.map(({ samples }) => samples),
    ),
  ];
}

function samplesLine(margin: number, columns: number, samples: readonly number[]): StyledLine {
  const [first, last] = rangeOf(samples).map(formatCount) as [string, string];
  const text = `${last} samples`;
  const room = columns - first.length - text.length;
  const span: Span = {
    text: room > 0 ? first + ' '.repeat(room) + text : text.padStart(columns),
    tone: 'quiet',
  };
  return [{ text: ' '.repeat(margin + 1) }, span];
}

function rangeOf(values: readonly number[]): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
