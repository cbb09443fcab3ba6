import type { TextStream } from './output';

/** What is needed of a standard stream of Node. */
export interface NodeStream {
  write(text: string, done: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * Standard output or standard error. One that cannot be written (a full disk, a terminal that is gone) ends nothing: the
 * first failure is remembered and told, and what is written after it is dropped.
 */
export class StandardStream implements TextStream {
  private pending = 0;
  private whenWritten: () => void = () => undefined;
  private broken = false;
  private reason: NodeJS.ErrnoException | null = null;

  /**
   * @param isClosed there is nothing to write to; the first write fails
   * @param onFailure called once, unless the reader has closed the pipe: that is how `vae runs | head` ends
   */
  constructor(
    private readonly stream: NodeStream,
    private readonly isClosed = false,
    private readonly onFailure: (error: NodeJS.ErrnoException) => void = () => undefined,
  ) {
    stream.on('error', (error) => this.fail(error));
  }

  get isTTY(): boolean {
    return this.stream.isTTY === true;
  }

  get columns(): number | undefined {
    return this.stream.columns;
  }

  /** Why it could not be written; null where it could, and where the reader has closed the pipe. */
  get failure(): NodeJS.ErrnoException | null {
    return this.reason;
  }

  write(text: string): void {
    if (this.broken) return;
    if (this.isClosed) return this.fail(Object.assign(new Error('it is closed'), { code: 'EBADF' }));
    this.pending++;
    const done = (error?: Error | null): void => {
      if (error) this.fail(error);
      if (--this.pending === 0) this.whenWritten();
    };
    try {
      this.stream.write(text, done);
    } catch (error) {
      // Where standard output is a file, some versions of Node throw.
      done(error as Error);
    }
  }

  /** Resolves when everything has been written, or cannot be. */
  async written(): Promise<void> {
    if (this.pending > 0) await new Promise<void>((resolve) => (this.whenWritten = resolve));
  }

  private fail(error: NodeJS.ErrnoException): void {
    if (this.broken) return;
    this.broken = true;
    if (error.code === 'EPIPE') return;
    this.reason = error;
    this.onFailure(error);
  }
}
