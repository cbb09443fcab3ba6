import { visibleJson, visibleText } from '../text/visible-text';
import type { CliError } from './exit';
import { Screen } from './screen';
import type { TextStream } from './text-stream';
import type { ScreenStyle } from './screen';

/** Maximum length of a line of a result; fits a posterior of the largest latent space that a run may have. */
export const MAX_RESULT_LENGTH = 100_000;

/** Prefix of every line of an error but the first, so that quoted text cannot pass for a message. */
const CONTINUED = '  | ';

/**
 * Output of a command. Results go to stdout, as text or (with --json) as one object per line; warnings, errors and the progress
 * line go to stderr. The progress line is drawn on a terminal only, and never mixes with other lines.
 *
 * Texts quote files: each string is one line, and invisible characters in it are made visible. Pass several lines as an array.
 */
export class CliOutput {
  private progressText = '';

  constructor(
    private readonly stdout: TextStream,
    private readonly stderr: TextStream,
    readonly json: boolean,
    /** Whether a line may be drawn over, by sequences that move the cursor. */
    private readonly mayRedraw = true,
  ) {}

  /** Whether a user is watching, so that a progress bar may be drawn and a window opened. */
  get terminal(): boolean {
    return this.mayRedraw && !this.json && this.stdout.isTTY === true && this.stderr.isTTY === true;
  }

  /** Width for results, in columns; a file has room for lines of any length. */
  get columns(): number {
    return this.stdout.columns ?? Infinity;
  }

  /** Whether nobody can read the results any more: standard output could not be written. */
  get isLost(): boolean {
    return this.stdout.isLost === true;
  }

  /** Returns the terminal's whole screen to draw on; null if results do not go to a terminal that can be drawn over. */
  screen(style: ScreenStyle): Screen | null {
    return this.mayRedraw && !this.json && this.stdout.isTTY === true ? new Screen(this.stdout, style) : null;
  }

  /** Prints a result: `text` (one or more lines) for people, or `object` with --json. Null prints nothing in that mode. */
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

  /** Prints a whole document, such as JSON, for programs. Invisible characters must be escaped in it. */
  print(document: string): void {
    this.withoutProgress(() => this.stdout.write(`${document}\n`));
  }

  /** Prints a warning on stderr. */
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
    // One column short: a full line would wrap on some terminals and could not be replaced.
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
