import type { TextStream } from './text-stream';

/** The part of a Node standard stream that is used here. */
export interface NodeStream {
  write(text: string, done: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * Standard output or standard error. A failed write (a full disk, a closed terminal) does not end the process: the first
 * failure is recorded and reported, and later writes are dropped.
 */
export class StandardStream implements TextStream {
  private pending = 0;
  private whenWritten: () => void = () => undefined;
  private broken = false;
  private reason: NodeJS.ErrnoException | null = null;

  /**
   * @param isClosed whether the stream is closed, so that the first write fails
   * @param onFailure called once, unless the reader has closed the pipe, which is how `vae runs | head` ends
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

  get rows(): number | undefined {
    return this.stream.rows;
  }

  get isLost(): boolean {
    return this.broken;
  }

  onResize(listener: () => void): () => void {
    this.stream.on('resize', listener);
    return () => void this.stream.off('resize', listener);
  }

  /** The first write failure; null if there was none or the reader closed the pipe. */
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
      // Some versions of Node throw if standard output is a file.
      done(error as Error);
    }
  }

  /** Resolves when all writes have completed or failed. */
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
