import type { Bounds } from './viewport';

/** Average number of points per cell. */
const PER_CELL = 4;

/** Finds the point nearest to a position, using points sorted into the cells of a grid. */
export class PointIndex {
  private readonly columns: number;
  private readonly rows: number;
  private readonly cell: number;
  /** Offset of each cell's points in `order`, plus one end offset. */
  private readonly starts: Uint32Array;
  private readonly order: Uint32Array;

  constructor(
    private readonly x: Float32Array,
    private readonly y: Float32Array,
    private readonly bounds: Bounds,
  ) {
    const width = bounds.right - bounds.left;
    const height = bounds.top - bounds.bottom;
    const cells = Math.max(1, x.length / PER_CELL);
    this.cell = Math.sqrt((width * height) / cells) || Math.max(width, height) / cells || 1;
    this.columns = Math.max(1, Math.min(65_535, Math.ceil(width / this.cell)));
    this.rows = Math.max(1, Math.min(65_535, Math.ceil(height / this.cell)));
    const cellOf = Uint32Array.from({ length: x.length }, (_, i) => this.cellOf(x[i]!, y[i]!));
    this.starts = new Uint32Array(this.columns * this.rows + 1);
    for (const cell of cellOf) this.starts[cell + 1]!++;
    for (let cell = 0; cell < this.columns * this.rows; cell++) this.starts[cell + 1]! += this.starts[cell]!;
    const next = this.starts.slice();
    this.order = new Uint32Array(x.length);
    cellOf.forEach((cell, i) => (this.order[next[cell]!++] = i));
  }

  /** Returns the nearest point that `counts` within `radius` (in data units); -1 for none. */
  nearest(x: number, y: number, radius: number, counts: (index: number) => boolean): number {
    const low = [this.column(x - radius), this.row(y - radius)] as const;
    const high = [this.column(x + radius), this.row(y + radius)] as const;
    let best = -1;
    let least = radius * radius;
    for (let row = low[1]; row <= high[1]; row++) {
      const from = this.starts[row * this.columns + low[0]]!;
      const to = this.starts[row * this.columns + high[0] + 1]!;
      for (let k = from; k < to; k++) {
        const i = this.order[k]!;
        const distance = (this.x[i]! - x) ** 2 + (this.y[i]! - y) ** 2;
        // If points coincide, the later point wins: it is drawn on top.
        if (distance < least || (distance === least && i > best)) {
          if (!counts(i)) continue;
          least = distance;
          best = i;
        }
      }
    }
    return best;
  }

  private cellOf(x: number, y: number): number {
    return this.row(y) * this.columns + this.column(x);
  }

  private column(x: number): number {
    return clamp(Math.floor((x - this.bounds.left) / this.cell), this.columns);
  }

  private row(y: number): number {
    return clamp(Math.floor((y - this.bounds.bottom) / this.cell), this.rows);
  }
}

function clamp(cell: number, count: number): number {
  return Math.min(count - 1, Math.max(0, cell || 0));
}
