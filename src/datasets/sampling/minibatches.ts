import { RandomStream } from '../../random/stream';

/**
 * The minibatches of Algorithm 1: seeded permutations of the training images, one per epoch, concatenated and cut into
 * pieces of M. So a minibatch may span two epochs (or more, if M exceeds N), M never changes, and the minibatch of a step
 * depends only on the seed, N, M and the step.
 */
export class Minibatches {
  private readonly stream: RandomStream;
  /** Cached permutations of recent epochs, newest last. */
  private readonly recent: { readonly epoch: number; readonly order: Uint32Array }[] = [];

  /**
   * @param count N, the number of training images
   * @param size M, the number of images in a minibatch
   * @throws RangeError if either is not a positive integer
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

  /** Returns the M indices (0 to N - 1) of the minibatch of a step; steps count from 0. */
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

  /** Returns the epoch (from 0) of the first image of a step. */
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
