import { visibleJson, visibleText } from '../text/visible-text';
import type { CliError } from './exit';

/** A stream that text can be written to; `columns` is there on a terminal only. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Of one line of a result: a posterior of the largest latent space that a run may have fits in. */
export const MAX_RESULT_LENGTH = 100_000;

/** Before every line of a message but its first: what a message quotes cannot pass for a line of its own. */
const CONTINUED = '  | ';

/**
 * Everything a command says. Results go to stdout, as text or (with --json) as one object a line; warnings, errors and
 * the progress line go to stderr. The progress line is drawn on a terminal only, and never mixes with other lines.
 *
 * Texts quote files: each string is one line, and what cannot be seen in it is made visible. Several lines are an array.
 */
export class CliOutput {
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

  /** A result: `text` (a line, or several) for people, `object` for programs. Either may be null, which says nothing there. */
  say(text: string | readonly string[] | null, object: object | null): void {
    if (this.json) {
      if (object !== null) this.stdout.write(`${visibleJson(object)}\n`);
      return;
    }
    if (text === null) return;
    const lines = typeof text === 'string' ? [text] : text;
    const shown = lines.map((line) => `${visibleText(line, MAX_RESULT_LENGTH)}\n`).join('');
    this.withoutProgress(() => this.stdout.write(shown));
  }

  /** Something to know that is no result; on stderr. */
  warn(text: string | readonly string[]): void {
    const lines = typeof text === 'string' ? [text] : text;
    if (this.json) this.stderr.write(`${visibleJson({ warning: lines.join('\n') })}\n`);
    else {
      const shown = lines.map((line) => `${visibleText(line)}\n`).join('');
      this.withoutProgress(() => this.stderr.write(shown));
    }
  }

  error({ code, message }: Pick<CliError, 'code' | 'message'>): void {
    this.progress('');
    if (this.json) {
      this.stderr.write(`${visibleJson({ error: { code, message } })}\n`);
      return;
    }
    const lines = `vae: ${message}`.split('\n').map((line) => visibleText(line));
    const [first, ...others] = lines.map((line) => `${line}\n`);
    const continued = others.map((line) => (line.startsWith(CONTINUED) ? line : CONTINUED + line));
    this.stderr.write([first, ...continued].join(''));
  }

  /** Replaces the progress line; an empty text removes it. */
  progress(text: string): void {
    if (!this.terminal || text === this.progressText) return;
    // One column short: a full line would wrap on some terminals, and could then not be replaced.
    const shown = visibleText(text).slice(0, Math.max(0, (this.stderr.columns ?? 80) - 1));
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
