export interface Mean {
  readonly mean: number;
  /** Standard error of the mean, from the sample variance (n - 1); NaN for a single value. */
  readonly standardError: number;
}

/** Returns the mean of independent values with its standard error; two passes avoid cancellation. */
export function meanOfValues(values: ArrayLike<number>): Mean {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (values[i]! - mean) ** 2;
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count) };
}

/** Accumulator of column variances (n - 1) over rows added in batches (Welford's recursion); 0 before the second row. */
export class ColumnVariances {
  private count = 0;
  private readonly means: Float64Array;
  private readonly squares: Float64Array;

  constructor(private readonly columns: number) {
    this.means = new Float64Array(columns);
    this.squares = new Float64Array(columns);
  }

  /** Adds rows. @param rows any number of rows, row-major */
  add(rows: ArrayLike<number>): void {
    for (let start = 0; start < rows.length; start += this.columns) {
      this.count++;
      for (let column = 0; column < this.columns; column++) {
        const difference = rows[start + column]! - this.means[column]!;
        this.means[column]! += difference / this.count;
        this.squares[column]! += difference * (rows[start + column]! - this.means[column]!);
      }
    }
  }

  result(): Float64Array {
    return this.squares.map((sum) => sum / Math.max(1, this.count - 1));
  }
}
