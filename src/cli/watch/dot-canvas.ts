import type { Span, StyledLine, Tone } from '../screen';

/** Bits of a Braille character's dots, by row and column (Unicode, block 2800). */
const BRAILLE = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

interface Cell {
  /** Bits of its dots. */
  dots: number;
  /** A character in place of the dots. */
  mark: string | null;
  tone: Tone | undefined;
}

/** A grid of characters on which lines are drawn by dots: two by four in a Braille character, or one full stop. */
export class DotCanvas {
  private readonly cells: Cell[][];

  constructor(
    readonly columns: number,
    rows: number,
    private readonly hasBraille: boolean,
  ) {
    this.cells = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => ({ dots: 0, mark: null, tone: undefined })),
    );
  }

  get dotsAcross(): number {
    return this.columns * (this.hasBraille ? 2 : 1);
  }

  get dotsDown(): number {
    return this.cells.length * (this.hasBraille ? 4 : 1);
  }

  /** Draws a line through points in dots, with `x` ascending; parts outside are left out. */
  line(points: readonly (readonly [x: number, y: number])[], tone?: Tone): void {
    const [first] = points;
    if (points.length === 1) this.column(Math.floor(first![0]), first![1], first![1], tone);
    for (let i = 0; i + 1 < points.length; i++) {
      const [x0, y0] = points[i]!;
      const [x1, y1] = points[i + 1]!;
      const last = Math.floor(x1);
      for (let x = Math.floor(x0); x <= last; x++) {
        const yAt = (at: number): number => (x1 === x0 ? y1 : y0 + ((at - x0) / (x1 - x0)) * (y1 - y0));
        const from = x1 === x0 ? y0 : yAt(Math.max(x, x0));
        this.column(x, from, yAt(Math.min(x + 1, x1)), tone);
      }
    }
  }

  /** Puts a character at a point in dots. */
  mark([x, y]: readonly [x: number, y: number], mark: string, tone?: Tone): void {
    const cell = this.cellAt(Math.round(x), Math.round(y));
    if (cell !== undefined) Object.assign(cell, { mark, tone });
  }

  lines(): StyledLine[] {
    return this.cells.map((row) => {
      const spans: { text: string; tone: Tone | undefined }[] = [];
      for (const cell of row) {
        const last = spans.at(-1);
        if (last?.tone === cell.tone && last !== undefined) last.text += this.characterOf(cell);
        else spans.push({ text: this.characterOf(cell), tone: cell.tone });
      }
      return spans satisfies Span[];
    });
  }

  private characterOf({ dots, mark }: Cell): string {
    if (mark !== null) return mark;
    if (dots === 0) return ' ';
    return this.hasBraille ? String.fromCodePoint(0x2800 + dots) : '.';
  }

  private cellAt(x: number, y: number): Cell | undefined {
    // Also of numbers too large for the shifts, and of those that are not finite.
    if (!(y >= 0 && y < this.dotsDown && x >= 0 && x < this.dotsAcross)) return undefined;
    return this.hasBraille ? this.cells[y >> 2]?.[x >> 1] : this.cells[y]?.[x];
  }

  /** Sets the dots of a column between two heights, as far as they are inside. */
  private column(x: number, from: number, to: number, tone: Tone | undefined): void {
    const top = Math.max(0, Math.round(Math.min(from, to)));
    const bottom = Math.min(this.dotsDown - 1, Math.round(Math.max(from, to)));
    for (let y = top; y <= bottom; y++) {
      const cell = this.cellAt(x, y);
      if (cell === undefined) continue;
      cell.dots |= this.hasBraille ? BRAILLE[y & 3]![x & 1]! : 1;
      cell.tone ??= tone;
    }
  }
}
