const MEGABYTE = 1e6;

/**
 * A memory budget that decode workers share: each reserves the memory it needs before decoding, or waits. The shared
 * buffer holds the total of reserved megabytes, then those of each worker, as int32.
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

  /** Creates the shared buffer for a number of threads. */
  static sharedBy(threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * (1 + threads));
  }

  /** Reserves memory for a thread, blocking until the total is within the limit. If nothing is reserved, any size passes. */
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

  /** Releases a thread's reservation, if any; also called for terminated threads. */
  release(thread: number): void {
    const megabytes = Atomics.exchange(this.taken, 1 + thread, 0);
    if (megabytes === 0) return;
    Atomics.sub(this.taken, 0, megabytes);
    Atomics.notify(this.taken, 0);
  }
}
