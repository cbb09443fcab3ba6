/** Aim for one call of the engine, in seconds: what a person who drags a slider waits for at most. */
const CHUNK_SECONDS = 0.1;
/** Steps after which the measured time per step is believed. */
const WARM_STEPS = 30;

/** Keeps training time, and says how many steps fit a chunk. */
export class ChunkClock {
  private steps = 0;
  private perStep = 0;

  /** @param now seconds on a monotonic clock @param seconds training time so far */
  constructor(
    private readonly now: () => number,
    public seconds: number,
  ) {}

  get isWarm(): boolean {
    return this.steps >= WARM_STEPS;
  }

  get secondsPerStep(): number {
    return this.perStep;
  }

  /** Steps of the next chunk, at most `limit`. */
  next(limit: number): number {
    const fitting = this.steps === 0 ? 1 : Math.floor(CHUNK_SECONDS / this.perStep);
    return Math.max(1, Math.min(limit, fitting));
  }

  async time<T>(steps: number, work: () => Promise<T>): Promise<T> {
    const start = this.now();
    const result = await work();
    const elapsed = this.now() - start;
    this.seconds += elapsed;
    const latest = Math.max(elapsed / steps, 1e-6);
    // The first call pays for starting up; it says little about the next.
    this.perStep = this.steps < 2 ? latest : 0.8 * this.perStep + 0.2 * latest;
    this.steps += steps;
    return result;
  }
}
