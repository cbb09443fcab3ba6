/** Maximum number of automatic restarts within `WINDOW_MS`. */
export const MAX_RESTARTS = 3;
/** In ms. */
const WINDOW_MS = 3 * 60_000;

/** Lets something that ends unexpectedly be started again three times in three minutes, and no more. */
export class RestartLimit {
  private readonly times = new Map<string, number[]>();

  /** @param now milliseconds of a monotonic clock */
  constructor(private readonly now: () => number) {}

  /** Returns whether `key` may be started again now, and if so counts it. */
  allows(key: string): boolean {
    const since = this.now() - WINDOW_MS;
    const recent = (this.times.get(key) ?? []).filter((time) => time >= since);
    const allowed = recent.length < MAX_RESTARTS;
    this.times.set(key, allowed ? [...recent, this.now()] : recent);
    return allowed;
  }
}
