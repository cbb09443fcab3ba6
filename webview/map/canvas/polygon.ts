/** Tests for points inside a polygon, in any units. */

export type MapPosition = readonly [x: number, y: number];

/** Returns the rectangle with these opposite corners as a polygon. */
export function rectangle([x0, y0]: MapPosition, [x1, y1]: MapPosition): MapPosition[] {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

/** Bands of equal height between a line's lowest and highest position: an outline drawn by hand has a few of its edges in each. */
const BANDS = 512;

/**
 * The edges of a closed line by the bands that they cross, as numbers xi, yi, xj, yj of each; a point is compared with those of its own
 * band alone.
 */
class EdgeBands {
  private readonly bands: readonly number[][] = Array.from({ length: BANDS }, () => []);
  private readonly perUnit: number;

  constructor(
    line: readonly MapPosition[],
    private readonly bottom: number,
    top: number,
  ) {
    const perUnit = BANDS / (top - bottom);
    this.perUnit = Number.isFinite(perUnit) ? perUnit : 0;
    for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
      const [xi, yi] = line[i]!;
      const [xj, yj] = line[j]!;
      const last = this.bandOf(Math.max(yi, yj));
      for (let band = this.bandOf(Math.min(yi, yj)); band <= last; band++)
        this.bands[band]!.push(xi, yi, xj, yj);
    }
  }

  /** Whether a position lies inside by the even-odd rule, if it is no lower than the lowest and no higher than the highest of the line. */
  surround(x: number, y: number): boolean {
    const edges = this.bands[this.bandOf(y)]!;
    let inside = false;
    for (let k = 0; k < edges.length; k += 4) {
      const [yi, yj] = [edges[k + 1]!, edges[k + 3]!];
      if (yi > y === yj > y) continue;
      const [xi, xj] = [edges[k]!, edges[k + 2]!];
      if (x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  }

  /** Rounded subtraction and multiplication keep the order of numbers, so the band of a height between two others lies between theirs. */
  private bandOf(y: number): number {
    return Math.min(BANDS - 1, Math.floor((y - this.bottom) * this.perUnit));
  }
}

/** Returns the indices of the points that `counts` inside a closed line by the even-odd rule: regions enclosed twice are outside. */
export function pointsInside(
  line: readonly MapPosition[],
  x: Float32Array,
  y: Float32Array,
  counts: (index: number) => boolean,
): number[] {
  const [xs, ys] = [line.map((position) => position[0]), line.map((position) => position[1])];
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const edges = new EdgeBands(line, bottom, top);
  const found: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [x[i]!, y[i]!];
    if (px < left || px > right || py < bottom || py > top) continue;
    if (edges.surround(px, py) && counts(i)) found.push(i);
  }
  return found;
}
