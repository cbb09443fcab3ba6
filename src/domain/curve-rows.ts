import type { MetricRow, ValidationRow } from './metrics';

/** Maximum numbers kept of a curve; they take about 30 MB. A run of 100 epochs has 200,000. */
export const MAX_CURVE_NUMBERS = 1_500_000;
/** A row counts as this many numbers, and a validation row as one more for each latent dimension. */
const NUMBERS_PER_ROW = 16;

/** Returns the number of numbers that a row counts as. */
export const numbersOf = (row: MetricRow): number =>
  NUMBERS_PER_ROW + (row.type === 'validation' ? row.klPerDimension.length : 0);

interface Kept {
  readonly row: MetricRow;
  /** Number of rows of the same type before it. */
  readonly index: number;
}

/**
 * Metric rows in order, in bounded memory: of a curve that gets too long, every second, fourth, ... row of each type, and always
 * the newest of each type and the best validation row.
 */
export class CurveRows {
  private kept: Kept[] = [];
  private numbers = 0;
  private stride = 1;
  private readonly counts = { train: 0, validation: 0 };
  private readonly newest: { train?: Kept; validation?: Kept } = {};
  private best: ValidationRow | null = null;

  constructor(private readonly maxNumbers = MAX_CURVE_NUMBERS) {}

  add(row: MetricRow): void {
    const { type } = row;
    const before = this.newest[type];
    const added = { row, index: this.counts[type]++ };
    this.newest[type] = added;
    if (row.type === 'validation' && (this.best === null || row.elbo > this.best.elbo)) this.best = row;
    if (before && !this.isWanted(before)) this.remove(before);
    this.kept.push(added);
    this.numbers += numbersOf(row);
    while (this.numbers > this.maxNumbers && this.kept.length > 3) this.thin();
  }

  /** Drops the rows at the end that have a later step: training went back to `step`. */
  goBack(step: number): void {
    while (this.kept.length > 0 && this.kept.at(-1)!.row.step > step)
      this.numbers -= numbersOf(this.kept.pop()!.row);
    this.newest.train = this.kept.findLast(({ row }) => row.type === 'train');
    this.newest.validation = this.kept.findLast(({ row }) => row.type === 'validation');
    this.best = bestOf(this.kept.map(({ row }) => row));
  }

  rows(): MetricRow[] {
    return this.kept.map(({ row }) => row);
  }

  private isWanted(kept: Kept): boolean {
    return kept.index % this.stride === 0 || kept === this.newest[kept.row.type] || kept.row === this.best;
  }

  private remove(unwanted: Kept): void {
    this.kept.splice(this.kept.lastIndexOf(unwanted), 1);
    this.numbers -= numbersOf(unwanted.row);
  }

  private thin(): void {
    this.stride *= 2;
    this.kept = this.kept.filter((each) => this.isWanted(each));
    this.numbers = this.kept.reduce((sum, { row }) => sum + numbersOf(row), 0);
  }
}

/** Returns the validation row with the highest bound; null if there is none. */
export function bestOf(rows: readonly MetricRow[]): ValidationRow | null {
  let best: ValidationRow | null = null;
  for (const row of rows) if (row.type === 'validation' && (!best || row.elbo > best.elbo)) best = row;
  return best;
}
