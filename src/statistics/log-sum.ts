/**
 * Accumulator of the logarithm of each image's sum of weights, which come in blocks, in double precision. Nothing overflows,
 * because only differences of log-weights are exponentiated.
 */
export class LogSums {
  private readonly maximum: Float64Array;
  private readonly sum: Float64Array;

  /** @param count number of images */
  constructor(count: number) {
    this.maximum = new Float64Array(count).fill(-Infinity);
    this.sum = new Float64Array(count);
  }

  /** Adds a block, whose weights sum to e^maximum * sum; `count` numbers each. */
  add(maximum: ArrayLike<number>, sum: ArrayLike<number>): void {
    for (let i = 0; i < this.sum.length; i++) {
      const [own, other] = [this.maximum[i]!, maximum[i]!];
      // A weight of 0 adds nothing, and the difference of two infinities is NaN.
      if (other === -Infinity || sum[i] === 0) continue;
      if (other <= own) this.sum[i]! += sum[i]! * Math.exp(other - own);
      else {
        this.sum[i] = this.sum[i]! * Math.exp(own - other) + sum[i]!;
        this.maximum[i] = other;
      }
    }
  }

  /** Returns the log of each image's sum of weights divided by `k`; minus infinity if it has none. */
  logMeans(k: number): Float64Array {
    return this.maximum.map((value, i) => value + Math.log(this.sum[i]! / k));
  }
}
