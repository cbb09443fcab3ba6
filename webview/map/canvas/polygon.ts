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

/** Whether a position lies inside a closed line by the even-odd rule: regions enclosed twice are outside. */
export function isInsidePolygon(line: readonly MapPosition[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [xi, yi] = line[i]!;
    const [xj, yj] = line[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Returns the indices of the points that `counts` inside a closed line. */
export function pointsInside(
  line: readonly MapPosition[],
  x: Float32Array,
  y: Float32Array,
  counts: (index: number) => boolean,
): number[] {
  const [xs, ys] = [line.map((position) => position[0]), line.map((position) => position[1])];
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const found: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [x[i]!, y[i]!];
    if (px < left || px > right || py < bottom || py > top) continue;
    if (counts(i) && isInsidePolygon(line, px, py)) found.push(i);
  }
  return found;
}
