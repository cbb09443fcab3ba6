import type { Bound } from '../domain/metrics';
import type { RowSums } from '../runs/checkpoint';

/** The mean bound of the steps since the last row, summed step by step in double precision. */
export class RowMean {
  private elbo: number;
  private reconstruction: number;
  private count: number;

  /** @param sums of a row that a checkpoint fell into */
  constructor(sums: RowSums | null) {
    this.elbo = sums?.elbo ?? 0;
    this.reconstruction = sums?.reconstruction ?? 0;
    this.count = sums?.count ?? 0;
  }

  /** What a checkpoint must remember so that a resumed run writes the same row; null where a row has just ended. */
  get sums(): RowSums | null {
    const { elbo, reconstruction, count } = this;
    return count === 0 ? null : { elbo, reconstruction, count };
  }

  /** One step's bound and its reconstruction term. */
  add(elbo: number, reconstruction: number): void {
    this.elbo += elbo;
    this.reconstruction += reconstruction;
    this.count++;
  }

  /** The mean, and a new start. */
  take(): Bound {
    const elbo = this.elbo / this.count;
    const reconstruction = this.reconstruction / this.count;
    this.elbo = this.reconstruction = this.count = 0;
    return { elbo, reconstruction, kl: reconstruction - elbo };
  }
}
