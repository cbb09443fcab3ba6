/** The run / pause / stop switch of training. The last call wins, except that a stop is final. */
export class TrainingControl {
  private value: 'run' | 'pause' | 'stop' = 'run';
  private readonly stopped = new AbortController();
  private readonly wakers = new Set<() => void>();

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
    while (this.value === 'pause') await this.woken();
  }

  /** Resolves after `ms`, or as soon as the user asks to continue or to stop. */
  async untilAsked(ms: number): Promise<void> {
    if (this.value === 'stop') return;
    await this.woken(ms);
  }

  /** Resolves when the switch is moved, or after `ms` if given. */
  private async woken(ms?: number): Promise<void> {
    let waker = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      waker = resolve;
      this.wakers.add(waker);
      if (ms !== undefined) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.wakers.delete(waker);
  }

  private set(value: 'run' | 'stop'): void {
    this.value = value;
    this.wakeAll();
  }

  private wakeAll(): void {
    for (const waker of this.wakers) waker();
  }
}
