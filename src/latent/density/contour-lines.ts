import type { DensityGrid } from './kernel-density';

/** Sides of a cell. */
const [BOTTOM, RIGHT, TOP, LEFT] = [0, 1, 2, 3];
/**
 * Lines through a cell, each from side to side with the higher values on its left, by which corners reach the level: 1 bottom left,
 * 2 bottom right, 4 top right, 8 top left. Opposite corners (5 and 10) are here separate.
 */
const LINES: readonly (readonly number[])[] = [
  [],
  [BOTTOM, LEFT],
  [RIGHT, BOTTOM],
  [RIGHT, LEFT],
  [TOP, RIGHT],
  [BOTTOM, LEFT, TOP, RIGHT],
  [TOP, BOTTOM],
  [TOP, LEFT],
  [LEFT, TOP],
  [BOTTOM, TOP],
  [RIGHT, BOTTOM, LEFT, TOP],
  [RIGHT, TOP],
  [LEFT, RIGHT],
  [BOTTOM, RIGHT],
  [LEFT, BOTTOM],
  [],
];
/** The same where opposite corners are joined, because the middle of the cell reaches the level. */
const JOINED: Readonly<Record<number, readonly number[]>> = {
  5: [BOTTOM, RIGHT, TOP, LEFT],
  10: [LEFT, BOTTOM, RIGHT, TOP],
};

/**
 * Returns the lines along which a density has this value, by marching squares with linear interpolation: x and y of the points of
 * each ring, which is closed (its last point is its first). Around a peak a ring runs anticlockwise, around a hollow clockwise, so
 * the signed areas add up to that of the region above the level. @param level above 0
 */
export function contourLines(grid: DensityGrid, level: number): Float32Array[] {
  const { columns, rows, values } = grid;
  // Each side that a line crosses is the start of one line and the end of another. A side is that to the right of a node
  // (even) or above it (odd).
  const next = new Int32Array(2 * columns * rows).fill(-1);
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const node = row * columns + column;
      const corners = [
        values[node]!,
        values[node + 1]!,
        values[node + columns + 1]!,
        values[node + columns]!,
      ];
      const [a, b, c, d] = corners as [number, number, number, number];
      const reached =
        Number(a >= level) + 2 * Number(b >= level) + 4 * Number(c >= level) + 8 * Number(d >= level);
      if (reached === 0 || reached === 15) continue;
      const isJoined = (reached === 5 || reached === 10) && (a + b + c + d) / 4 >= level;
      const lines = isJoined ? JOINED[reached]! : LINES[reached]!;
      const sides = [2 * node, 2 * (node + 1) + 1, 2 * (node + columns), 2 * node + 1];
      for (let i = 0; i < lines.length; i += 2) next[sides[lines[i]!]!] = sides[lines[i + 1]!]!;
    }
  }
  const rings: Float32Array[] = [];
  for (let start = 0; start < next.length; start++) {
    if (next[start]! < 0) continue;
    const ring: number[] = [];
    for (let side = start; next[side]! >= 0;) {
      ring.push(...crossing(grid, side, level));
      const following = next[side]!;
      next[side] = -1;
      side = following;
    }
    ring.push(ring[0]!, ring[1]!);
    rings.push(Float32Array.from(ring));
  }
  return rings;
}

/** Returns the place on a side at which the density, interpolated linearly, has this value. */
function crossing(
  { left, bottom, dx, dy, columns, values }: DensityGrid,
  side: number,
  level: number,
): [x: number, y: number] {
  const node = side >> 1;
  const isUp = side % 2 === 1;
  const here = values[node]!;
  const there = values[isUp ? node + columns : node + 1]!;
  const part = (level - here) / (there - here);
  const [column, row] = [node % columns, Math.floor(node / columns)];
  return [left + (column + (isUp ? 0 : part)) * dx, bottom + (row + (isUp ? part : 0)) * dy];
}
