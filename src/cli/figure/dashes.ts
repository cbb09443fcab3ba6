import type { Point } from './drawing';

/** Cuts a line into dashes of length `on` with gaps of length `off`, measured along it; starts with a dash. */
export function dashed(points: readonly Point[], [on, off]: readonly [number, number]): Point[][] {
  const dashes: Point[][] = [];
  let current: Point[] | null = points.length > 0 ? [points[0]!] : null;
  let left = on;
  for (let i = 0; i + 1 < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i]!, points[i + 1]!];
    const length = Math.hypot(x1 - x0, y1 - y0);
    let done = 0;
    while (length - done > left) {
      done += left;
      const at: Point = [x0 + ((x1 - x0) * done) / length, y0 + ((y1 - y0) * done) / length];
      if (current) dashes.push([...current, at]);
      left = current ? off : on;
      current = current ? null : [at];
    }
    left -= length - done;
    current?.push([x1, y1]);
  }
  if (current && current.length > 1) dashes.push(current);
  return dashes;
}
