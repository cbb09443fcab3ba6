import { MAX_CURVE_NUMBERS, numbersOf } from '../../src/domain/curve-rows';
import type { Bound, MetricRow, TrainRow, ValidationRow } from '../../src/domain/metrics';

type Quantity = keyof Bound;
type SplitCurves = Readonly<Record<Quantity, readonly (number | null)[]>>;

/** All curves over a shared axis; null if a split has no row at that step. */
export interface Curves {
  readonly samples: readonly number[];
  readonly steps: readonly number[];
  readonly train: SplitCurves;
  readonly validation: SplitCurves;
}

/** The metric rows of one run, sorted by step, at most one per step and split. */
export class MetricHistory {
  readonly train: TrainRow[] = [];
  readonly validation: ValidationRow[] = [];
  private cachedCurves: Curves | undefined;

  /** @param maxNumbers of a longer curve every second row is dropped, as often as needed */
  constructor(private readonly maxNumbers = MAX_CURVE_NUMBERS) {}

  get lastStep(): number {
    return Math.max(this.train.at(-1)?.step ?? -1, this.validation.at(-1)?.step ?? -1);
  }

  /** Adds rows. A row replaces an existing row of the same step, so pulls may overlap. */
  add(rows: readonly MetricRow[]): void {
    for (const row of rows) {
      if (row.type === 'train') insert(this.train, row);
      else insert(this.validation, row);
    }
    if (numbersIn(this.train) + numbersIn(this.validation) > this.maxNumbers) {
      halve(this.train);
      halve(this.validation);
    }
    if (rows.length > 0) this.cachedCurves = undefined;
  }

  clear(): void {
    this.train.length = 0;
    this.validation.length = 0;
    this.cachedCurves = undefined;
  }

  get curves(): Curves {
    return (this.cachedCurves ??= align(this.train, this.validation));
  }
}

/** Returns the last row whose step (or samples) is at most `place`, by binary search. */
export function rowAt<R extends Readonly<Record<K, number>>, K extends 'step' | 'samples' = 'step'>(
  rows: readonly R[],
  place: number,
  by = 'step' as K,
): R | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]![by] <= place) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}

const numbersIn = (rows: readonly MetricRow[]): number => rows.reduce((sum, row) => sum + numbersOf(row), 0);

/** Drops every second row, but not the last one. */
function halve(rows: MetricRow[]): void {
  const kept = rows.filter((_row, i) => (rows.length - 1 - i) % 2 === 0);
  rows.splice(0, rows.length, ...kept);
}

function insert<R extends MetricRow>(rows: R[], row: R): void {
  let position = rows.length;
  while (position > 0 && rows[position - 1]!.step > row.step) position--;
  const known = position > 0 && rows[position - 1]!.step === row.step;
  if (known) rows[position - 1] = row;
  else rows.splice(position, 0, row);
}

function align(train: readonly TrainRow[], validation: readonly ValidationRow[]): Curves {
  const samples: number[] = [];
  const steps: number[] = [];
  const curves = { train: emptyCurves(), validation: emptyCurves() };
  for (let t = 0, v = 0; t < train.length || v < validation.length;) {
    const step = Math.min(train[t]?.step ?? Infinity, validation[v]?.step ?? Infinity);
    const trained = train[t]?.step === step ? train[t++] : undefined;
    const validated = validation[v]?.step === step ? validation[v++] : undefined;
    steps.push(step);
    samples.push((trained ?? validated)!.samples);
    append(curves.train, trained);
    append(curves.validation, validated);
  }
  return { samples, steps, ...curves };
}

function emptyCurves(): Record<Quantity, (number | null)[]> {
  return { elbo: [], reconstruction: [], kl: [] };
}

function append(curves: Record<Quantity, (number | null)[]>, row: Bound | undefined): void {
  for (const quantity of ['elbo', 'reconstruction', 'kl'] as const) {
    const value = row?.[quantity];
    curves[quantity].push(value !== undefined && Number.isFinite(value) ? value : null);
  }
}

/** A point in the course of training. */
export interface TrainingMoment {
  readonly step: number;
  readonly samples: number;
}
