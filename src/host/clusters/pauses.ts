/** Waits that can be ended early. */
export class Pauses {
  private endNow: (() => void) | null = null;

  /** Resolves after `ms`, or when `end` is called. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end(), ms);
      timer.unref();
      this.endNow = () => {
        clearTimeout(timer);
        this.endNow = null;
        resolve();
      };
    });
  }

  end(): void {
    this.endNow?.();
  }
}
