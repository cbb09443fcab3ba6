/** Persisted state of the page of a sweep; the host reads `sweep` when the window is reloaded. */
export interface SweepViewState {
  /** URI of the sweep's folder. */
  readonly sweep: string;
  /** Column by which the table is sorted. */
  readonly sortBy: string;
  readonly descending: boolean;
  /** Numbers of the selected trials, in the order in which they were selected. */
  readonly selected: readonly number[];
  /** Ranges of axes as JSON, see `parseBrushes`. */
  readonly brushes: string;
}

export const DEFAULT_SWEEP_STATE: SweepViewState = {
  sweep: '',
  sortBy: 'rank',
  descending: false,
  selected: [],
  brushes: '{}',
};

/** A range of places on an axis, from 0 to 1. */
export interface Brush {
  readonly low: number;
  readonly high: number;
}

/** Parses ranges by the names of axes; leaves out what is none. */
export function parseBrushes(text: string): ReadonlyMap<string, Brush> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new Map();
  }
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(
    Object.entries(value as Record<string, Partial<Brush> | null>).flatMap(([name, brush]) => {
      const { low, high } = brush ?? {};
      const isRange = typeof low === 'number' && typeof high === 'number' && low <= high;
      return isRange ? [[name, { low, high }] as const] : [];
    }),
  );
}

export const brushesText = (brushes: ReadonlyMap<string, Brush>): string =>
  JSON.stringify(Object.fromEntries(brushes));
