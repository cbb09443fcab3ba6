import type { SweepTrial } from '../../src/domain/sweep';
import type { SweepPage } from '../../src/protocol/sweep';
import { figure, nats } from '../shared/format';
import { t } from '../shared/l10n';
import { importanceName } from './importance-name';
import type { Brush } from './view-state';

/** A value on an axis. */
export interface Stop {
  /** From 0 at the bottom to 1 at the top. */
  readonly place: number;
  readonly text: string;
}

/** An axis of the parallel coordinates. */
export interface ParallelAxis {
  /** Unique among the axes. */
  readonly name: string;
  readonly label: string;
  /** The values of the trials, each once, from the lowest place up. */
  readonly stops: readonly Stop[];
  /** Returns where a trial crosses the axis; null if it has no value there. */
  place(trial: SweepTrial): number | null;
}

/** Ratio of the largest to the smallest positive value from which an axis is logarithmic. */
const LOG_RATIO = 10;

/** Returns the axes of a sweep: its settings, and the bounds that are known. */
export function axesOf({ settings, trials }: Pick<SweepPage, 'settings' | 'trials'>): ParallelAxis[] {
  const k = trials.find(({ ranking }) => ranking !== null)?.ranking?.k;
  return [
    ...settings.map((setting) =>
      settingAxis(
        setting,
        trials.map(({ values }) => values[setting]),
      ),
    ),
    ...boundAxis('bound', t('Validation bound'), trials, ({ bound }) => bound),
    ...(k === undefined
      ? []
      : boundAxis('ranking', importanceName(k), trials, ({ ranking }) => ranking?.logLikelihood ?? null)),
  ];
}

function settingAxis(setting: string, values: readonly (string | undefined)[]): ParallelAxis {
  const texts = [...new Set(values.filter((value) => value !== undefined))];
  const numbers = texts.map((text) => (text.trim() === '' ? NaN : Number(text)));
  const isNumeric = numbers.every(Number.isFinite);
  // Words are as far apart as their order of trials says.
  const scale = isNumeric ? scaleOf(numbers) : (index: number) => (index + 0.5) / texts.length;
  const placeOf = (text: string): number => scale(isNumeric ? Number(text) : texts.indexOf(text));
  const stops = texts.map((text) => ({ place: placeOf(text), text })).sort((a, b) => a.place - b.place);
  return {
    ...{ name: `setting ${setting}`, label: setting, stops },
    place({ values: own }) {
      const text = own[setting];
      return text === undefined ? null : placeOf(text);
    },
  };
}

function boundAxis(
  name: string,
  label: string,
  trials: readonly SweepTrial[],
  valueOf: (trial: SweepTrial) => number | null,
): ParallelAxis[] {
  const known = [...new Set(trials.map(valueOf).filter((value) => value !== null))].sort((a, b) => a - b);
  if (known.length === 0) return [];
  const [low, high] = [known[0]!, known.at(-1)!];
  const scale = (value: number): number => (high === low ? 0.5 : (value - low) / (high - low));
  const stops = known.map((value) => ({ place: scale(value), text: nats(value) }));
  const place = (trial: SweepTrial): number | null => {
    const value = valueOf(trial);
    return value === null ? null : scale(value);
  };
  return [{ name, label, stops, place }];
}

/** Returns the scale from numbers to places, logarithmic for positive numbers of very different sizes. */
function scaleOf(numbers: readonly number[]): (value: number) => number {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (low === high) return () => 0.5;
  if (low > 0 && high / low >= LOG_RATIO) return (value) => Math.log(value / low) / Math.log(high / low);
  return (value) => (value - low) / (high - low);
}

/** Rounding of places that were dragged, moved by keys or stored. */
const EPSILON = 1e-9;

/** Returns whether a trial lies within all ranges; one without a value on an axis with a range does not. */
export function isWithin(
  trial: SweepTrial,
  axes: readonly ParallelAxis[],
  brushes: ReadonlyMap<string, Brush>,
): boolean {
  return axes.every((axis) => {
    const brush = brushes.get(axis.name);
    if (brush === undefined) return true;
    const place = axis.place(trial);
    return place !== null && place >= brush.low - EPSILON && place <= brush.high + EPSILON;
  });
}

/** Returns a trial's place on the scale of colours, by its validation bound, from 0 to 1; null without one. */
export const colourPlace = (trial: SweepTrial, axes: readonly ParallelAxis[]): number | null =>
  axes.find(({ name }) => name === 'bound')?.place(trial) ?? null;

/** Most labels that are drawn beside an axis. */
const MAX_LABELS = 6;

/** Returns the values to write beside an axis: all if there are few, else the lowest and the highest. */
export function labelledStops({ stops }: ParallelAxis): readonly Stop[] {
  if (stops.length <= MAX_LABELS && !areCrowded(stops)) return stops;
  return [stops[0]!, stops.at(-1)!];
}

/** Least distance of two labels, as a share of the axis. */
const LABEL_DISTANCE = 0.08;
const areCrowded = (stops: readonly Stop[]): boolean =>
  stops.some(({ place }, i) => i > 0 && place - stops[i - 1]!.place < LABEL_DISTANCE);

/** Shortens numbers like 0.00031620000000000004, which came from a file. */
export const valueText = (text: string): string => {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) && text.length > 8 ? figure(value) : text;
};
