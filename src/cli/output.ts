import type { CliError } from './exit';

/** A stream that text can be written to; `columns` is there on a terminal only. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * Everything a command says. Results go to stdout, as text or (with --json) as one object a line; warnings, errors and
 * the progress line go to stderr. The progress line is drawn on a terminal only, and never mixes with other lines.
 */
export class Output {
  private progressText = '';

  constructor(
    private readonly stdout: TextStream,
    private readonly stderr: TextStream,
    readonly json: boolean,
  ) {}

  /** Whether a person watches: a bar may be drawn, and a window may be opened. */
  get terminal(): boolean {
    return !this.json && this.stdout.isTTY === true && this.stderr.isTTY === true;
  }

  /** A result: `text` for people, `object` for programs. Either may be null, which says nothing there. */
  say(text: string | null, object: object | null): void {
    if (this.json) {
      if (object !== null) this.stdout.write(JSON.stringify(object) + '\n');
      return;
    }
    if (text === null) return;
    this.withoutProgress(() => this.stdout.write(text + '\n'));
  }

  /** Something to know that is no result; on stderr. */
  warn(text: string): void {
    if (this.json) this.stderr.write(JSON.stringify({ warning: text }) + '\n');
    else this.withoutProgress(() => this.stderr.write(text + '\n'));
  }

  error(error: CliError): void {
    this.progress('');
    if (this.json) {
      this.stderr.write(JSON.stringify({ error: { code: error.code, message: error.message } }) + '\n');
    } else this.stderr.write(`vae: ${error.message}\n`);
  }

  /** Replaces the progress line; an empty text removes it. */
  progress(text: string): void {
    if (!this.terminal || text === this.progressText) return;
    // One column short: a full line would wrap on some terminals, and could then not be replaced.
    const shown = text.slice(0, Math.max(0, (this.stderr.columns ?? 80) - 1));
    this.stderr.write(`\r\u001b[2K${shown}`);
    this.progressText = text;
  }

  private withoutProgress(write: () => void): void {
    const text = this.progressText;
    this.progress('');
    write();
    this.progress(text);
  }
}
