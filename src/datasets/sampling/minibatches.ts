import { RandomStream } from '../../random/stream';

/**
 * The minibatches of Algorithm 1: one seeded permutation of the training images for each epoch, laid end to end and cut
 * into pieces of M. So a minibatch may straddle two epochs (or many, where M exceeds N), M never changes, and the
 * minibatch of a step depends on nothing but the seed, N, M and the step.
 */
export class Minibatches {
  private readonly stream: RandomStream;
  /** The permutations of the epochs in use, newest last. */
  private readonly recent: { readonly epoch: number; readonly order: Uint32Array }[] = [];

  /**
   * @param count N, the number of training images
   * @param size M, the images of a minibatch
   */
  constructor(
    seed: number,
    readonly count: number,
    readonly size: number,
  ) {
    for (const [name, value] of Object.entries({ count, size })) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new RangeError(`minibatches: got ${name} ${value}, expected a whole number of at least 1`);
      }
    }
    this.stream = new RandomStream(seed, 'shuffle');
  }

  /** The M positions (0 to N - 1) of the minibatch of a step; steps count from 0. */
  rowsOfStep(step: number): Uint32Array {
    const rows = new Uint32Array(this.size);
    const first = step * this.size;
    for (let filled = 0; filled < this.size;) {
      const epoch = Math.floor((first + filled) / this.count);
      const offset = first + filled - epoch * this.count;
      const part = this.orderOf(epoch).subarray(offset, offset + this.size - filled);
      rows.set(part, filled);
      filled += part.length;
    }
    return rows;
  }

  /** The epoch (from 0) that the first image of a step belongs to. */
  epochOf(step: number): number {
    return Math.floor((step * this.size) / this.count);
  }

  private orderOf(epoch: number): Uint32Array {
    const known = this.recent.find((permutation) => permutation.epoch === epoch);
    if (known) return known.order;
    const order = this.stream.permutation(epoch, this.count);
    this.recent.push({ epoch, order });
    if (this.recent.length > 2) this.recent.shift();
    return order;
  }
}
