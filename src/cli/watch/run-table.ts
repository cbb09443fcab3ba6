import { formatCount } from '../../text/format-count';
import { clipToWidth, displayWidth } from '../../text/display-width';
import { MAX_NAME_LENGTH, visibleText } from '../../text/visible-text';
import { formatNats, formatSeconds } from '../format';
import type { StyledLine, Tone } from '../screen';
import type { WatchedRun, WatchState } from './watched-run';

interface Column {
  readonly title: string;
  readonly isNumber?: true;
  /** Columns with a smaller rank are left out first where there is little room; the others always stay. */
  readonly rank?: number;
  cell(run: WatchedRun): string;
}

const NAME: Column = { title: 'RUN', cell: ({ name }) => name };
const STATE: Column = { title: 'STATE', cell: ({ state }) => state };

/** The bound comes first: it is what runs are compared by. */
const COLUMNS: readonly Column[] = [
  { title: 'BOUND', isNumber: true, cell: boundText },
  STATE,
  { title: 'DONE', isNumber: true, rank: 5, cell: (run) => doneText(run) ?? '' },
  {
    title: 'SAMPLES',
    isNumber: true,
    rank: 2,
    cell: ({ samples }) => (samples > 0 ? formatCount(samples) : ''),
  },
  { title: 'SPEED', isNumber: true, rank: 3, cell: ({ samplesPerSecond: speed }) => speedText(speed) ?? '' },
  {
    title: 'LEFT',
    isNumber: true,
    rank: 4,
    cell: ({ secondsLeft }) => (secondsLeft == null ? '' : formatSeconds(secondsLeft)),
  },
  NAME,
  { title: 'DATASET', rank: 1, cell: ({ dataset }) => dataset },
];

const TONES: Partial<Record<WatchState, Tone>> = {
  ...{ training: 'good', running: 'good' },
  ...{ paused: 'warning', interrupted: 'warning', 'not responding': 'warning' },
  ...{ failed: 'bad', damaged: 'bad' },
};

/** Columns of names are not shortened further than this. */
const MIN_NAME_WIDTH = 12;
const GAP = '  ';
/** Room for the mark of the chosen run and that of its curve. */
const PREFIX = '   ';

/** Returns the bound; one of training is named as such, for it is no measure of other images. */
export function boundText({ bound, boundOf }: WatchedRun): string {
  if (bound === null) return '-';
  return boundOf === 'training' ? `training ${formatNats(bound)}` : formatNats(bound);
}

/** Returns how much of a training that is going on is done; null for others. */
export function doneText({ state, samples, totalSamples }: WatchedRun): string | null {
  const isGoingOn = ['running', 'training', 'paused', 'stopping', 'not responding'].includes(state);
  if (!isGoingOn || !totalSamples) return null;
  return `${Math.min(100, Math.floor((100 * samples) / totalSamples))} %`;
}

export function speedText(samplesPerSecond: number | null): string | null {
  return samplesPerSecond == null ? null : `${formatCount(samplesPerSecond)}/s`;
}

/** How the rows of the table begin: which is chosen, and which are drawn by what mark. */
export interface TableMarks {
  readonly chosen: string | null;
  readonly marks: ReadonlyMap<string, { readonly mark: string; readonly tone: Tone }>;
}

/** Returns the header and a line for each run, none wider than `width` where columns can be left out or names cut. */
export function tableLines(
  runs: readonly WatchedRun[],
  width: number,
  { chosen, marks }: TableMarks,
): StyledLine[] {
  const cells = new Map(
    COLUMNS.map((column) => [
      column,
      [column.title, ...runs.map((run) => visibleText(column.cell(run), MAX_NAME_LENGTH))],
    ]),
  );
  const widthOf = (column: Column): number => Math.max(...cells.get(column)!.map(displayWidth));
  const room = width - PREFIX.length;
  const nameWidth = widthOf(NAME);
  /** Columns left for names beside the columns given. */
  const left = (columns: readonly Column[]): number =>
    columns.reduce((rest, column) => rest - (column === NAME ? 0 : widthOf(column) + GAP.length), room);
  let columns = [...COLUMNS];
  const dispensable = COLUMNS.filter(({ rank }) => rank !== undefined).sort((a, b) => a.rank! - b.rank!);
  for (const next of dispensable) {
    if (left(columns) >= Math.min(nameWidth, 2 * MIN_NAME_WIDTH)) break;
    columns = columns.filter((column) => column !== next);
  }
  const names = Math.min(nameWidth, Math.max(MIN_NAME_WIDTH, left(columns)));
  const rowText = (row: number): string[] =>
    columns.map((column, i) => {
      const wanted = column === NAME ? names : widthOf(column);
      const text = cut(cells.get(column)![row]!, wanted);
      const padding = ' '.repeat(wanted - displayWidth(text));
      const cell = column.isNumber ? padding + text : text + padding;
      return i === columns.length - 1 ? cell.trimEnd() : cell + GAP;
    });
  const header: StyledLine = [{ text: PREFIX + rowText(0).join(''), tone: 'strong' }];
  return [
    header,
    ...runs.map((run, i): StyledLine => {
      const mark = marks.get(run.folder);
      const isChosen = run.folder === chosen;
      const text = rowText(i + 1);
      return [
        { text: isChosen ? '>' : ' ' },
        mark ? { text: mark.mark, tone: mark.tone } : { text: ' ' },
        { text: ' ' },
        ...text.map((cell, c) => ({
          text: cell,
          tone: isChosen ? ('chosen' as const) : columns[c] === STATE ? TONES[run.state] : undefined,
        })),
      ];
    }),
  ];
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return `${clipToWidth(text, width - 1).clipped}…`;
}
