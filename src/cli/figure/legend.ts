import type { PaperSplit } from '../../paper/figure2';
import type { Figure3Method } from '../../paper/figure3';
import type { PlotMark, Point, PlotStroke } from './drawing';

export type Style = Pick<PlotStroke, 'colour' | 'width' | 'dash'>;

/**
 * Colours that colour-blind people can tell apart. Our curves are solid and the paper's dashed, so colour is never the only
 * cue. AEVB is in colour, wake-sleep in grey.
 */
const COLOURS = {
  aevb: { test: '#c8500a', train: '#0068a8' },
  'wake-sleep': { test: '#555555', train: '#9a9a9a' },
  mcem: { test: '#0b7a5c', train: '#6db59f' },
} as const satisfies Record<Figure3Method, Record<PaperSplit, string>>;

export const METHOD_NAMES: Readonly<Record<Figure3Method, string>> = {
  aevb: 'AEVB',
  'wake-sleep': 'wake-sleep',
  mcem: 'Monte Carlo EM',
};

/**
 * Returns the style of one of our curves; validation curves use the colour of the paper's test curve, which they are compared
 * with.
 */
export function ourStyle(method: Figure3Method, split: PaperSplit): Style {
  return { colour: COLOURS[method][split], width: split === 'test' ? 2 : 1.3 };
}

export function paperStyle(method: Figure3Method, split: PaperSplit): Style {
  return { colour: COLOURS[method][split], width: 1.5, dash: [5, 3] };
}

/** Mark of the final bound on the test split. */
export const TEST = { radius: 2.6, colour: '#111111' };

const INK = '#222222';
const COLUMN = 200;
const ROW = 18;
const LINE = 26;

/** Legend entry of a line; a null style means the mark of the final test bound. */
export type Entry = readonly [text: string, style: Style | null];

/**
 * Lays out the legend.
 * @param rows one below the other, wrapped to the columns that fit into `width`
 * @param start baseline of the first entry
 */
export function legend(
  rows: readonly (readonly Entry[])[],
  [left, top]: Point,
  width: number,
): { readonly marks: PlotMark[]; readonly height: number } {
  const columns = Math.max(1, Math.floor(width / COLUMN));
  const lines = rows.flatMap((row) =>
    Array.from({ length: Math.ceil(row.length / columns) }, (_, i) =>
      row.slice(i * columns, (i + 1) * columns),
    ),
  );
  const marks = lines.flatMap((line, i) =>
    line.flatMap((entry, j) => entryMarks(entry, [left + j * COLUMN, top + i * ROW])),
  );
  return { marks, height: lines.length * ROW + 12 };
}

function entryMarks([text, style]: Entry, [x, y]: Point): PlotMark[] {
  const sample: PlotMark = style
    ? {
        kind: 'stroke',
        points: [
          [x, y - 4],
          [x + LINE, y - 4],
        ],
        ...style,
      }
    : { kind: 'dot', at: [x + LINE / 2, y - 4], ...TEST };
  return [sample, { kind: 'text', at: [x + LINE + 7, y], text, size: 11, colour: INK, anchor: 'start' }];
}
