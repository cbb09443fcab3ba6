/** The run / pause / stop switch of training. The last call wins, except that a stop is final. */
export class TrainingControl {
  private value: 'run' | 'pause' | 'stop' = 'run';
  private readonly stopped = new AbortController();
  private wake: (() => void)[] = [];

  get current(): 'run' | 'pause' | 'stop' {
    return this.value;
  }

  get stopSignal(): AbortSignal {
    return this.stopped.signal;
  }

  pause(): void {
    if (this.value === 'run') this.value = 'pause';
  }

  continue(): void {
    if (this.value === 'pause') this.set('run');
    else this.wakeAll();
  }

  stop(): void {
    this.set('stop');
    this.stopped.abort();
  }

  async untilNotPaused(): Promise<void> {
    while (this.value === 'pause') await new Promise<void>((resolve) => this.wake.push(resolve));
  }

  /** Resolves after `ms`, or as soon as the user asks to continue or to stop. */
  async untilAsked(ms: number): Promise<void> {
    if (this.value === 'stop') return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private set(value: 'run' | 'stop'): void {
    this.value = value;
    this.wakeAll();
  }

  private wakeAll(): void {
    for (const resolve of this.wake.splice(0)) resolve();
  }
}
