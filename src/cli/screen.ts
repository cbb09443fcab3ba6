import { clipToWidth } from '../text/display-width';
import { visibleText } from '../text/visible-text';
import type { TextStream } from './text-stream';

/** How a part of a line is drawn; without colours only the first three differ from the rest. */
export type Tone = 'strong' | 'quiet' | 'chosen' | 'good' | 'warning' | 'bad' | 'first' | 'second' | 'third';

/** A part of a line. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

export type StyledLine = readonly Span[];

export interface ScreenStyle {
  readonly hasColours: boolean;
}

/** Parameters of the sequence that selects a tone. */
const ATTRIBUTES: Partial<Record<Tone, number>> = { strong: 1, quiet: 2, chosen: 7 };
const COLOURS: Partial<Record<Tone, number>> = {
  ...{ good: 32, warning: 33, bad: 31 },
  ...{ first: 36, second: 35, third: 33 },
};

/** The other buffer of the terminal, without a cursor; lines that are too long end at the edge. */
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const CLOSE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

/** Returns a line without tones, made visible. */
export const plainLine = (line: StyledLine): string => line.map(({ text }) => visibleText(text)).join('');

/**
 * The whole screen of a terminal. What it showed before comes back when the screen is closed, which also happens when the
 * process ends by an error.
 */
export class Screen {
  private shown: readonly string[] = [];
  private isOpen = false;

  constructor(
    private readonly stream: TextStream,
    private readonly style: ScreenStyle,
  ) {}

  get columns(): number {
    return this.stream.columns || 80;
  }

  get rows(): number {
    return this.stream.rows || 24;
  }

  /** Calls `listener` when the size has changed. @returns a function that ends this */
  onResize(listener: () => void): () => void {
    return this.stream.onResize?.(listener) ?? (() => undefined);
  }

  /** Takes the screen; also takes it again after another program had the terminal. The next `draw` draws everything. */
  open(): void {
    if (!this.isOpen) {
      process.on('exit', this.close);
      // Before the listener that prints the error, or the message would vanish with the screen.
      process.prependListener('uncaughtException', this.close);
    }
    this.isOpen = true;
    this.stream.write(OPEN);
    this.clear();
  }

  readonly close = (): void => {
    if (!this.isOpen) return;
    this.isOpen = false;
    process.off('exit', this.close);
    process.off('uncaughtException', this.close);
    this.stream.write(CLOSE);
  };

  /** Forgets what is shown, so that the next `draw` draws everything. */
  clear(): void {
    this.shown = [];
    if (this.isOpen) this.stream.write('\u001b[2J');
  }

  /** Draws the lines that differ from those shown, as far as they fit. */
  draw(lines: readonly StyledLine[]): void {
    if (!this.isOpen) return;
    const drawn = lines.slice(0, this.rows).map((line) => this.textOf(line));
    let changes = '';
    for (let row = 0; row < Math.max(drawn.length, this.shown.length); row++) {
      const text = drawn[row] ?? '';
      if (text !== (this.shown[row] ?? '')) changes += `\u001b[${row + 1};1H\u001b[2K${text}`;
    }
    this.shown = drawn;
    if (changes !== '') this.stream.write(changes);
  }

  private textOf(line: StyledLine): string {
    let text = '';
    let rest = this.columns;
    for (const { text: part, tone } of line) {
      const { clipped, width } = clipToWidth(visibleText(part), rest);
      rest -= width;
      const code = tone && (ATTRIBUTES[tone] ?? (this.style.hasColours ? COLOURS[tone] : undefined));
      text += code === undefined ? clipped : `\u001b[${code}m${clipped}\u001b[0m`;
    }
    return text;
  }
}
