/** Target duration of an engine call in seconds: the first request waits at most this long. */
const CHUNK_SECONDS = 0.1;
/** The same while requests come: someone drags a slider and waits for each picture. */
const SHORT_CHUNK_SECONDS = 0.025;
/** Steps after which the measured time per step is considered reliable. */
const WARM_STEPS = 30;

/** Measures training time and sizes chunks to take about 0.1 s, and less while the engine answers requests. */
export class ChunkClock {
  private steps = 0;
  private perStep = 0;

  /**
   * @param now seconds on a monotonic clock
   * @param seconds training time so far
   * @param isInUse whether requests come
   */
  constructor(
    private readonly now: () => number,
    public seconds: number,
    private readonly isInUse: () => boolean = () => false,
  ) {}

  get isWarm(): boolean {
    return this.steps >= WARM_STEPS;
  }

  get secondsPerStep(): number {
    return this.perStep;
  }

  /** Returns the number of steps of the next chunk, from 1 to `limit`. */
  next(limit: number): number {
    const target = this.isInUse() ? SHORT_CHUNK_SECONDS : CHUNK_SECONDS;
    const fitting = this.steps === 0 ? 1 : Math.floor(target / this.perStep);
    return Math.max(1, Math.min(limit, fitting));
  }

  /** Runs `steps` steps and adds their duration to the training time. */
  async time<T>(steps: number, work: () => Promise<T>): Promise<T> {
    const start = this.now();
    const result = await work();
    const elapsed = this.now() - start;
    this.seconds += elapsed;
    const latest = Math.max(elapsed / steps, 1e-6);
    // The first calls include start-up time, so they are not averaged.
    this.perStep = this.steps < 2 ? latest : 0.8 * this.perStep + 0.2 * latest;
    this.steps += steps;
    return result;
  }
}
