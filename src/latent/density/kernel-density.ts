/** A density in the plane, given at the nodes of a grid and 0 at its border. */
export interface DensityGrid {
  /** Place of the first node. */
  readonly left: number;
  readonly bottom: number;
  /** Distance of neighbouring nodes. */
  readonly dx: number;
  readonly dy: number;
  readonly columns: number;
  readonly rows: number;
  /** Density per unit of area, row by row from the bottom. */
  readonly values: Float64Array;
}

/** Nodes per bandwidth. More make no visible difference. */
const NODES_PER_BANDWIDTH = 3;
/** Maximum nodes over the width of the points; points far away from all others would otherwise take any number of them. */
const MAX_NODES = 240;
/** The kernel is cut off at this many bandwidths, where it has lost 1 in 15,000 of its mass. */
const KERNEL_BANDWIDTHS = 4;

interface Scale {
  readonly start: number;
  readonly step: number;
  readonly nodes: number;
  /** Weights of a node and its neighbours on either side; their sum is 1. */
  readonly kernel: Float64Array;
}

/**
 * Estimates the density of points in the plane by a Gaussian kernel. The bandwidth of each axis is by Scott's rule, h = s n^(-1/6)
 * with s the standard deviation of the n points along it (D. W. Scott, Multivariate Density Estimation, 1992). The points are
 * shared out to the nodes around them (linear binning), and the grid is blurred along both axes.
 * @param x @param y places of the points; those that are not finite are left out
 * @returns null if there are fewer than two points, or they do not vary along an axis
 */
export function kernelDensity(x: Float32Array, y: Float32Array): DensityGrid | null {
  const placed = Uint32Array.from(x.keys()).filter((i) => Number.isFinite(x[i]!) && Number.isFinite(y[i]!));
  const [across, up] = [scaleOf(x, placed), scaleOf(y, placed)];
  if (across === null || up === null) return null;
  const { nodes: columns } = across;
  const { nodes: rows } = up;
  const grid = new Float64Array(columns * rows);
  const weight = 1 / (placed.length * across.step * up.step);
  for (const i of placed) {
    const column = (x[i]! - across.start) / across.step;
    const row = (y[i]! - up.start) / up.step;
    const node = Math.floor(row) * columns + Math.floor(column);
    const [right, above] = [column % 1, row % 1];
    grid[node]! += weight * (1 - right) * (1 - above);
    grid[node + 1]! += weight * right * (1 - above);
    grid[node + columns]! += weight * (1 - right) * above;
    grid[node + columns + 1]! += weight * right * above;
  }
  const blurred = blurAlong(
    grid,
    { count: rows, stride: columns },
    { count: columns, stride: 1 },
    across.kernel,
  );
  const values = blurAlong(
    blurred,
    { count: columns, stride: 1 },
    { count: rows, stride: columns },
    up.kernel,
  );
  return { left: across.start, bottom: up.start, dx: across.step, dy: up.step, columns, rows, values };
}

/** Returns the density at a place, interpolated bilinearly; 0 outside the grid. */
export function densityAt(
  { left, bottom, dx, dy, columns, rows, values }: DensityGrid,
  x: number,
  y: number,
): number {
  const [column, row] = [(x - left) / dx, (y - bottom) / dy];
  if (!(column >= 0 && row >= 0 && column < columns - 1 && row < rows - 1)) return 0;
  const node = Math.floor(row) * columns + Math.floor(column);
  const [right, above] = [column % 1, row % 1];
  return (
    (values[node]! * (1 - right) + values[node + 1]! * right) * (1 - above) +
    (values[node + columns]! * (1 - right) + values[node + columns + 1]! * right) * above
  );
}

/** Returns the nodes of one axis, with room for the kernel on both sides; null if the points do not vary along it. */
function scaleOf(values: Float32Array, placed: Uint32Array): Scale | null {
  const n = placed.length;
  if (n < 2) return null;
  const origin = values[placed[0]!]!;
  let [low, high, sum, squares] = [origin, origin, 0, 0];
  for (const i of placed) {
    const value = values[i]!;
    low = Math.min(low, value);
    high = Math.max(high, value);
    // Relative to a point, to avoid cancellation if they are far from zero.
    sum += value - origin;
    squares += (value - origin) ** 2;
  }
  const deviation = Math.sqrt(Math.max(0, squares - (sum * sum) / n) / (n - 1));
  if (!(deviation > 0)) return null;
  const bandwidth = deviation * n ** (-1 / 6);
  const step = Math.max(bandwidth / NODES_PER_BANDWIDTH, (high - low) / MAX_NODES);
  const radius = Math.ceil((KERNEL_BANDWIDTHS * bandwidth) / step);
  // Nodes beyond the reach of every point are 0, so that every contour closes; one more for rounding.
  const margin = radius + 2;
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-(((i - radius) * step) ** 2) / (2 * bandwidth * bandwidth)),
  );
  const whole = weights.reduce((total, weight) => total + weight, 0);
  return {
    start: low - margin * step,
    step,
    nodes: Math.floor((high - low) / step) + 2 + 2 * margin,
    kernel: weights.map((weight) => weight / whole),
  };
}

interface Run {
  readonly count: number;
  readonly stride: number;
}

/** Convolves each of some lines of a grid with a kernel of odd length. */
function blurAlong(grid: Float64Array, lines: Run, along: Run, kernel: Float64Array): Float64Array {
  const result = new Float64Array(grid.length);
  const radius = kernel.length >> 1;
  for (let line = 0; line < lines.count; line++) {
    const start = line * lines.stride;
    for (let from = 0; from < along.count; from++) {
      const value = grid[start + from * along.stride]!;
      // Most nodes hold no point, before the first blur.
      if (value === 0) continue;
      const first = Math.max(0, from - radius);
      const last = Math.min(along.count - 1, from + radius);
      for (let to = first; to <= last; to++)
        result[start + to * along.stride]! += value * kernel[to - from + radius]!;
    }
  }
  return result;
}
