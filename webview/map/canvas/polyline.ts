import type { MapPosition } from './polygon';

/** Maximum deviation in pixels at which a line counts as straight. */
const STRAIGHT_PIXELS = 4;
/** Number of waypoints of a line that is not straight. */
const CURVE_WAYPOINTS = 13;

/** Reduces a drawn line to waypoints: its two ends if it is straight, else points at equal distances along it. */
export function lineWaypoints(line: readonly MapPosition[]): MapPosition[] {
  const [first, last] = [line[0]!, line.at(-1)!];
  return line.every((position) => offWay(first, last, position) <= STRAIGHT_PIXELS)
    ? [first, last]
    : divided(line);
}

/** Returns points at equal distances along a line, including its ends. */
export function divided(line: readonly MapPosition[]): MapPosition[] {
  const last = line.at(-1)!;
  const lengths = [0];
  for (let i = 1; i < line.length; i++) lengths.push(lengths[i - 1]! + distance(line[i - 1]!, line[i]!));
  const whole = lengths.at(-1)!;
  let i = 1;
  return Array.from({ length: CURVE_WAYPOINTS }, (_, k) => {
    if (k === CURVE_WAYPOINTS - 1) return last;
    const wanted = (whole * k) / (CURVE_WAYPOINTS - 1);
    while (lengths[i]! < wanted) i++;
    const part = (wanted - lengths[i - 1]!) / (lengths[i]! - lengths[i - 1]! || 1);
    const [a, b] = [line[i - 1]!, line[i]!];
    return [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])] as const;
  });
}

/** Returns the distance of a position from the segment between `a` and `b`. */
function offWay(a: MapPosition, b: MapPosition, position: MapPosition): number {
  const length = distance(a, b);
  if (length === 0) return distance(a, position);
  const along = ((position[0] - a[0]) * (b[0] - a[0]) + (position[1] - a[1]) * (b[1] - a[1])) / length;
  const clamped = Math.min(length, Math.max(0, along)) / length;
  return distance(position, [a[0] + clamped * (b[0] - a[0]), a[1] + clamped * (b[1] - a[1])]);
}

export const distance = (a: MapPosition, b: MapPosition): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
