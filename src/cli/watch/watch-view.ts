import type { MetricRow } from '../../domain/metrics';
import { formatCount } from '../../text/format-count';
import { formatBound } from '../format';
import type { StyledLine, Tone } from '../screen';
import { plotLines } from './curve-plot';
import type { PlotStyle } from './curve-plot';
import { tableLines } from './run-table';
import type { TableMarks } from './run-table';
import type { WatchedRun, WatchState } from './watched-run';

const SORTS = ['newest', 'bound', 'state', 'name'] as const;

/** What a person has chosen to see. */
export interface WatchView {
  readonly sort: (typeof SORTS)[number];
  /** Folder of the run whose line is marked; null until there is one. */
  readonly chosen: string | null;
  /** Folders of runs whose curves are drawn besides that of the chosen one. */
  readonly compared: readonly string[];
  readonly hasLogAxis: boolean;
}

export const FIRST_VIEW: WatchView = { sort: 'newest', chosen: null, compared: [], hasLogAxis: false };

/** Maximum number of curves drawn at once: more cannot be told apart. */
export const MAX_CURVES = 6;
const TONES: readonly Tone[] = ['first', 'second', 'third'];

/** Order of states by what asks for attention. */
const STATES: readonly WatchState[] = [
  ...(['not responding', 'failed', 'damaged', 'interrupted', 'paused'] as const),
  ...(['stopping', 'training', 'running', 'preparing', 'stopped', 'finished'] as const),
];

/** Returns the runs in the order of the view; those that are equal stay in theirs. */
export function sorted(runs: readonly WatchedRun[], sort: WatchView['sort']): readonly WatchedRun[] {
  switch (sort) {
    case 'newest':
      return runs;
    case 'bound':
      return runs.toSorted((a, b) => (b.bound ?? -Infinity) - (a.bound ?? -Infinity) || 0);
    case 'state':
      return runs.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
    case 'name':
      return runs.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    default:
      return sort satisfies never;
  }
}

/** Returns the view for these runs: one of them is chosen if there are any, the next one if the chosen one has gone. */
export function settle(
  view: WatchView,
  runs: readonly WatchedRun[],
  before: readonly WatchedRun[],
): WatchView {
  const order = sorted(runs, view.sort);
  const folders = new Set(runs.map(({ folder }) => folder));
  if (view.chosen !== null && folders.has(view.chosen)) return view;
  const place = sorted(before, view.sort).findIndex(({ folder }) => folder === view.chosen);
  return { ...view, chosen: (order[Math.max(0, Math.min(place, order.length - 1))] ?? null)?.folder ?? null };
}

/** Returns the view after a key. @param page lines that page up and page down move by */
export function afterKey(view: WatchView, key: string, runs: readonly WatchedRun[], page: number): WatchView {
  const order = sorted(runs, view.sort).map(({ folder }) => folder);
  const move = (to: number): WatchView =>
    order.length === 0 ? view : { ...view, chosen: order[Math.max(0, Math.min(order.length - 1, to))]! };
  const place = view.chosen === null ? 0 : order.indexOf(view.chosen);
  switch (key) {
    case 'up':
    case 'k':
      return move(place - 1);
    case 'down':
    case 'j':
      return move(place + 1);
    case 'pageup':
      return move(place - page);
    case 'pagedown':
      return move(place + page);
    case 'home':
      return move(0);
    case 'end':
      return move(order.length - 1);
    case 's':
      return { ...view, sort: SORTS[(SORTS.indexOf(view.sort) + 1) % SORTS.length]! };
    case 'l':
      return { ...view, hasLogAxis: !view.hasLogAxis };
    case 'space':
      return view.chosen === null ? view : { ...view, compared: toggled(view.compared, view.chosen) };
    default:
      return view;
  }
}

function toggled(folders: readonly string[], folder: string): readonly string[] {
  if (folders.includes(folder)) return folders.filter((each) => each !== folder);
  return [...folders, folder].slice(-(MAX_CURVES - 1));
}

/** Returns the folders whose curves are drawn. */
export function drawnFolders({ chosen, compared }: WatchView): string[] {
  return [...new Set([...compared, ...(chosen === null ? [] : [chosen])])].slice(0, MAX_CURVES);
}

/** What is drawn. */
export interface Watched {
  readonly runs: readonly WatchedRun[];
  /** Whether the runs have been read; else there may be some. */
  readonly isRead: boolean;
  /** Rows of the runs whose curves are drawn, or why they cannot be read. */
  readonly curves: ReadonlyMap<string, readonly MetricRow[] | string>;
  readonly notices: readonly string[];
  /** What is watched. */
  readonly title: string;
}

const KEYS = 'arrows choose   space compare   s sort   l log axis   q quit';
/** Lines about the chosen run, above its curve. */
const DETAIL_LINES = 2;
const MIN_PLOT_LINES = 5;
const MIN_TABLE_LINES = 3;

/** Returns how many runs a screen lists. */
export function listedLines(rows: number, runs: number): number {
  const room = Math.max(1, rows - 3);
  const plot = 1 + DETAIL_LINES + MIN_PLOT_LINES;
  if (room < MIN_TABLE_LINES + plot) return room;
  return Math.min(runs, Math.max(MIN_TABLE_LINES, Math.min(room - plot, Math.floor(room / 2))));
}

/** Returns the lines of a screen: a title, the table, the curves and the keys. */
export function screenLines(
  view: WatchView,
  watched: Watched,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  hasBraille: boolean,
): StyledLine[] {
  const { notices } = watched;
  const runs = sorted(watched.runs, view.sort);
  const listed = listedLines(rows, runs.length);
  const place = runs.findIndex(({ folder }) => folder === view.chosen);
  const first = Math.max(0, Math.min(place - Math.floor(listed / 2), runs.length - listed));
  const marks = marksOf(view);
  const shown = runs.slice(first, first + listed);
  const top = [
    titleLine(watched, view, shown.length < runs.length ? first : null, shown.length),
    ...tableLines(shown, columns, { chosen: view.chosen, marks }),
  ];
  const notice: StyledLine[] = notices.length === 0 ? [] : [[{ text: notices.join(' '), tone: 'warning' }]];
  const room = rows - top.length - notice.length - 1;
  const chosen = runs[place];
  const style = { hasBraille, hasLogAxis: view.hasLogAxis };
  const below = chosen
    ? chosenLines(chosen, watched, marks, { width: columns, height: room - 1 }, style)
    : [];
  const middle = below.length > 0 ? [[], ...below].slice(0, Math.max(0, room)) : [];
  const filling = Array.from({ length: Math.max(0, room - middle.length) }, (): StyledLine => []);
  return [...top, ...middle, ...filling, ...notice, [{ text: KEYS, tone: 'quiet' }]];
}

/** Returns the table of all runs, and the curves of those that the view draws: what `--once` prints. */
export function onceLines(
  view: WatchView,
  watched: Watched,
  width: number,
  hasBraille: boolean,
): StyledLine[] {
  const runs = sorted(watched.runs, view.sort);
  const marks = marksOf(view);
  const table = tableLines(runs, width, { chosen: null, marks });
  const chosen = runs.find(({ folder }) => folder === view.chosen);
  if (chosen === undefined) return table;
  const size = { width: Math.min(width, 80), height: 16 };
  return [
    ...table,
    [],
    ...chosenLines(chosen, watched, marks, size, { hasBraille, hasLogAxis: view.hasLogAxis }),
  ];
}

function titleLine(
  { title, runs, isRead }: Watched,
  { sort }: WatchView,
  first: number | null,
  listed: number,
): StyledLine {
  const going = runs.filter(({ state }) => state === 'training' || state === 'running').length;
  const counts =
    runs.length === 0
      ? isRead
        ? 'no runs yet'
        : 'reading the runs'
      : `${formatCount(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}, ${formatCount(going)} training`;
  const part = first === null ? '' : `, lines ${formatCount(first + 1)} to ${formatCount(first + listed)}`;
  const order = runs.length > 1 ? `   by ${sort === 'newest' ? 'date' : sort}` : '';
  return [
    { text: `${counts}${part}${order}`, tone: 'strong' },
    { text: `   ${title}`, tone: 'quiet' },
  ];
}

/** Returns the mark of each run whose curve is drawn; a single one needs no letter. */
function marksOf(view: WatchView): TableMarks['marks'] {
  const folders = drawnFolders(view);
  return new Map(
    folders.map((folder, i) => [
      folder,
      { mark: folders.length === 1 ? 'o' : 'abcdef'[i]!, tone: TONES[i % TONES.length]! },
    ]),
  );
}

function chosenLines(
  run: WatchedRun,
  { curves }: Watched,
  marks: TableMarks['marks'],
  { width, height }: { readonly width: number; readonly height: number },
  style: PlotStyle,
): StyledLine[] {
  const unreadable = curves.get(run.folder);
  const message = typeof unreadable === 'string' && run.state !== 'damaged' ? unreadable : run.message;
  const about = [
    ...(run.preset === '' ? [] : [`preset ${run.preset}, ${formatCount(run.latent)} latent dimensions`]),
    ...(run.newest
      ? [`newest ${run.newest.type === 'train' ? 'training' : 'validation'} bound ${formatBound(run.newest)}`]
      : []),
    ...(message === '' ? [] : [message]),
  ];
  const details: StyledLine[] = [
    [{ text: run.name, tone: 'strong' }, { text: `   ${about.join('; ')}` }],
    ...(run.label === '' ? [] : [[{ text: legend(run, marks), tone: 'quiet' as const }]]),
  ];
  const drawn = [...marks].flatMap(([folder, { mark, tone }]) => {
    const rows = curves.get(folder);
    return rows === undefined || typeof rows === 'string' ? [] : [{ rows, mark, tone }];
  });
  if (drawn.length === 0) return details;
  return [...details, ...plotLines(drawn, { width, height: height - details.length }, style)];
}

function legend({ label }: WatchedRun, marks: TableMarks['marks']): string {
  const letters = [...marks.values()].map(({ mark }) => mark).join(', ');
  return `training as a line, validation as ${letters}; nats per datapoint, ${label}`;
}
