import uPlot from 'uplot';
import { element } from '../element';
import { axisValue, shortCount } from '../format';
import type { Theme } from '../theme';
import { paintMark, paintReferences } from './reference';
import type { Reference } from './reference';

export interface Line {
  readonly values: readonly (number | null)[];
  readonly split: 'train' | 'validation';
  readonly dashed: boolean;
  /** Overrides the colour of the split. */
  readonly colour?: string;
}

export interface PanelData {
  /** Samples evaluated, ascending; all above 0 if the axis is logarithmic. */
  readonly samples: readonly number[];
  readonly lines: readonly Line[];
  readonly range: [number, number];
  /** Reference curves behind the lines. */
  readonly references: readonly Reference[];
  /** Sample count up to which the axis extends, if the lines end earlier. */
  readonly until: number;
  /** Sample count marked by a vertical line; null for none. */
  readonly mark?: number | null;
}

export interface PanelOptions {
  readonly parent: HTMLElement;
  readonly log: boolean;
  readonly height: number;
  /** Title, if the quantity is not named elsewhere. */
  readonly title?: string;
  /** Whether the axis is labelled; otherwise the panel shares the axis of the panel below. */
  readonly xAxis: boolean;
  readonly theme: Theme;
  /** Receives the index of the point under the cursor (null when the cursor leaves) and its x in CSS pixels. */
  readonly onCursor: (index: number | null, left: number) => void;
}

/** Minimum pixels between points at which a validation curve shows its marks. */
const MARK_SPACING = 12;

const MIN_WIDTH = 120;

/** A plot over samples evaluated. `show` replaces the data; changed options need a new panel. */
export class LinePanel {
  private readonly plot: uPlot;
  private data: PanelData;
  private readonly shape: string;
  private readonly element = element('div', { class: 'panel' });

  constructor(
    data: PanelData,
    private readonly options: PanelOptions,
  ) {
    this.data = data;
    this.shape = shapeOf(data);
    this.plot = new uPlot(this.settings(data), toColumns(data), this.element);
    const { title } = options;
    if (title !== undefined) this.element.append(element('span', { class: 'panel-title' }, title));
    options.parent.append(this.element);
  }

  /** Updates the data. @returns false if these lines need a new panel */
  show(data: PanelData): boolean {
    if (shapeOf(data) !== this.shape) return false;
    this.data = data;
    this.plot.setData(toColumns(data));
    return true;
  }

  /** @param height absent keeps it; both in CSS pixels */
  resize(width: number, height = this.plot.height): void {
    const size = { width: Math.max(MIN_WIDTH, width), height };
    if (size.width !== this.plot.width || height !== this.plot.height) this.plot.setSize(size);
  }

  /** Moves the cursor to a point, or hides it for null, without calling back. */
  point(index: number | null): void {
    const left = index === null ? -10 : this.left(index);
    this.plot.setCursor({ left, top: index === null ? -10 : 1 }, false);
  }

  /** Returns the distance in CSS pixels from the plot's left edge to point `index`. */
  left(index: number): number {
    return this.plot.valToPos(this.plot.data[0][index] ?? 0, 'x');
  }

  destroy(): void {
    this.plot.destroy();
    this.element.remove();
  }

  private settings(data: PanelData): uPlot.Options {
    const { theme, log, height, xAxis, parent, onCursor } = this.options;
    const axis: uPlot.Axis = {
      stroke: theme.quiet,
      font: theme.font,
      grid: { stroke: theme.grid, width: 1, dash: theme.highContrast ? [1, 5] : [] },
      ticks: { show: false },
    };
    return {
      width: Math.max(MIN_WIDTH, parent.clientWidth),
      height,
      padding: [8, 12, xAxis ? 0 : 4, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 7, width: 2, fill: () => 'transparent' },
      },
      scales: {
        x: { time: false, distr: log ? 3 : 1, range: (_plot, low, high) => widen(low, this.end(high), log) },
        y: { range: () => this.data.range },
      },
      axes: [
        {
          ...axis,
          ...(log
            ? {
                splits: (_plot: uPlot, _axis: number, low: number, high: number) => logTicks(low, high),
                // uPlot by default labels only powers of ten, and a short run spans just one.
                filter: (_plot: uPlot, splits: number[]) => splits,
              }
            : {}),
          size: xAxis ? 26 : 0,
          gap: 4,
          values: (_plot, splits) =>
            splits.map((value) => (value == null || !xAxis ? '' : shortCount(value))),
        },
        {
          ...axis,
          size: 48,
          gap: 6,
          values: (_plot, splits) => splits.map((value) => (value == null ? '' : axisValue(value))),
        },
      ],
      series: [{}, ...data.lines.map((line) => this.series(line))],
      hooks: {
        drawAxes: [
          (plot) => paintReferences(plot, this.data.references, theme),
          (plot) => paintMark(plot, this.data.mark ?? null, theme),
        ],
        setCursor: [(plot) => onCursor(plot.cursor.idx ?? null, plot.cursor.left ?? -10)],
      },
    };
  }

  private end(last: number | null): number | null {
    return last == null ? last : Math.max(last, this.data.until);
  }

  /** Splits differ in colour, weight and marks, so that colour is never the only distinction. */
  private series(line: Line): uPlot.Series {
    const { theme } = this.options;
    const stroke = line.colour ?? theme[line.split];
    const extra = theme.highContrast ? 1 : 0;
    return {
      stroke,
      width: (line.split === 'train' ? 1.25 : 2) + extra,
      dash: line.dashed ? [6, 4] : [],
      spanGaps: true,
      points: {
        show: (plot, series) => {
          const points = present(plot.data[series]!);
          // A single point has no line.
          return points === 1 || (line.split === 'validation' && points * MARK_SPACING < plot.bbox.width);
        },
        size: 5 + extra,
        fill: stroke,
        stroke,
      },
    };
  }
}

function shapeOf(data: PanelData): string {
  return data.lines.map(({ split, dashed, colour = '' }) => `${split}${dashed ? '~' : ''}${colour}`).join();
}

function toColumns(data: PanelData): uPlot.AlignedData {
  return [data.samples as number[], ...data.lines.map((line) => line.values as (number | null)[])];
}

function present(values: ArrayLike<number | null | undefined>): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) if (values[i] != null) found++;
  return found;
}

/** Returns the powers of ten, plus their multiples by 2 and 5 if the range spans at most 2.5 decades. */
function logTicks(low: number, high: number): number[] {
  const factors = Math.log10(high / low) > 2.5 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** Gives an empty or single-point range some width. */
function widen(low: number | null, high: number | null, log: boolean): [number, number] {
  if (low == null || high == null) return log ? [1, 10] : [0, 1];
  if (low < high) return [low, high];
  return log ? [low / 2, high * 2] : [Math.max(0, low - 1), high + 1];
}
