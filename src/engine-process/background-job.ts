/** Work in the background: one at a time, with progress, a cancel and the reason of a failure. */
export class BackgroundJob<P> {
  private job: { readonly controller: AbortController; progress: P } | null = null;
  private failure = '';

  /** @param failed is told why the work failed */
  constructor(private readonly failed: (message: string) => void) {}

  /** Progress of the running work; null if none is running. */
  get progress(): P | null {
    return this.job && this.job.progress;
  }

  /** Why the last work failed, or what went wrong at its end; else empty. */
  get error(): string {
    return this.failure;
  }

  /**
   * Starts work, and cancels what is running.
   * @param work resolves to what went wrong although it is done, or to an empty string
   */
  start(begin: P, work: (report: (progress: P) => void, signal: AbortSignal) => Promise<string>): void {
    this.cancel();
    const job = { controller: new AbortController(), progress: begin };
    this.job = job;
    this.failure = '';
    const { signal } = job.controller;
    void work((progress) => (job.progress = progress), signal)
      .catch((error: Error) => error.message)
      .then((message) => {
        if (signal.aborted) return;
        this.job = null;
        this.failure = message;
        if (message !== '') this.failed(message);
      });
  }

  cancel(): void {
    this.job?.controller.abort();
    this.job = null;
  }
}
