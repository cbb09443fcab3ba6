const MEGABYTE = 1e6;

/**
 * Memory for pictures that several threads share: each takes what it needs before it decodes, or waits. It lies in memory
 * that all of them see: the megabytes that are taken, then those of each thread.
 */
export class MemoryBudget {
  private readonly taken: Int32Array;

  /** @param shared see `sharedBy` @param limit in bytes */
  constructor(
    readonly shared: SharedArrayBuffer,
    private readonly limit: number,
  ) {
    this.taken = new Int32Array(shared);
  }

  static sharedBy(threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * (1 + threads));
  }

  /** Waits, blocking, until a thread may have so much: what is within the limit, or anything where nobody has some. */
  take(thread: number, bytes: number): void {
    const { taken } = this;
    const megabytes = Math.ceil(bytes / MEGABYTE);
    for (;;) {
      const sum = Atomics.load(taken, 0);
      if (sum > 0 && (sum + megabytes) * MEGABYTE > this.limit) {
        Atomics.wait(taken, 0, sum);
      } else if (Atomics.compareExchange(taken, 0, sum, sum + megabytes) === sum) {
        Atomics.store(taken, 1 + thread, megabytes);
        return;
      }
    }
  }

  /** Gives back what a thread has, if anything; also for one that was ended. */
  release(thread: number): void {
    const megabytes = Atomics.exchange(this.taken, 1 + thread, 0);
    if (megabytes === 0) return;
    Atomics.sub(this.taken, 0, megabytes);
    Atomics.notify(this.taken, 0);
  }
}
