/**
 * Logarithms of sums of weights that come in blocks, one for each image, in double precision. Nothing overflows: only the
 * differences of log-weights are raised to a power.
 */
export class LogSums {
  private readonly maximum: Float64Array;
  private readonly sum: Float64Array;

  /** @param count images */
  constructor(count: number) {
    this.maximum = new Float64Array(count).fill(-Infinity);
    this.sum = new Float64Array(count);
  }

  /** A block: the sum of its weights is e^maximum * sum, each `count` numbers. */
  add(maximum: ArrayLike<number>, sum: ArrayLike<number>): void {
    for (let i = 0; i < this.sum.length; i++) {
      const [own, other] = [this.maximum[i]!, maximum[i]!];
      // A weight of 0 adds nothing, and the difference of two infinities is no number.
      if (other === -Infinity || sum[i] === 0) continue;
      if (other <= own) this.sum[i]! += sum[i]! * Math.exp(other - own);
      else {
        this.sum[i] = this.sum[i]! * Math.exp(own - other) + sum[i]!;
        this.maximum[i] = other;
      }
    }
  }

  /** log of the sum of all weights divided by `k`, of each image; minus infinity where there was none. */
  logMeans(k: number): Float64Array {
    return this.maximum.map((value, i) => value + Math.log(this.sum[i]! / k));
  }
}
