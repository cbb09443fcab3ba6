import type { Bound } from '../domain/metrics';
import type { RowSums } from '../runs/checkpoint';

/** Averages the bound over the steps since the last metric row, in double precision. */
export class MetricAccumulator {
  private elbo: number;
  private reconstruction: number;
  private count: number;

  /** @param sums partial sums from the checkpoint to resume from, or null */
  constructor(sums: RowSums | null) {
    this.elbo = sums?.elbo ?? 0;
    this.reconstruction = sums?.reconstruction ?? 0;
    this.count = sums?.count ?? 0;
  }

  /** Partial sums for a checkpoint, so that a resumed run writes the same row; null right after a row. */
  get sums(): RowSums | null {
    const { elbo, reconstruction, count } = this;
    return count === 0 ? null : { elbo, reconstruction, count };
  }

  /** Adds one step's bound and its reconstruction term. */
  add(elbo: number, reconstruction: number): void {
    this.elbo += elbo;
    this.reconstruction += reconstruction;
    this.count++;
  }

  /** Returns the mean and resets the sums. */
  take(): Bound {
    const elbo = this.elbo / this.count;
    const reconstruction = this.reconstruction / this.count;
    this.elbo = this.reconstruction = this.count = 0;
    return { elbo, reconstruction, kl: reconstruction - elbo };
  }
}
