/** Weight of the distance across the direction relative to the distance along it. */
const SIDEWAYS_WEIGHT = 2;

/** Returns the direction of an arrow key in screen coordinates (right and down are positive); null for other keys. */
export function arrowOf(key: string): readonly [number, number] | null {
  switch (key) {
    case 'ArrowRight':
      return [1, 0];
    case 'ArrowLeft':
      return [-1, 0];
    case 'ArrowDown':
      return [0, 1];
    case 'ArrowUp':
      return [0, -1];
    default:
      return null;
  }
}

/**
 * Returns the next point from a position in a direction, or the nearest point if the direction is null; -1 for none.
 * Only points within 45 degrees of the direction count, so that every step can be reversed.
 */
export function neighbour(
  [x, y]: readonly [number, number],
  direction: readonly [number, number] | null,
  candidates: readonly number[],
  place: (index: number) => readonly [number, number],
): number {
  let best = -1;
  let least = Infinity;
  for (const index of candidates) {
    const [px, py] = place(index);
    const [dx, dy] = [px - x, py - y];
    let cost = Math.hypot(dx, dy);
    if (direction !== null) {
      const along = dx * direction[0] + dy * direction[1];
      const aside = Math.abs(dx * direction[1] - dy * direction[0]);
      if (along <= 0 || aside > along) continue;
      cost = along + SIDEWAYS_WEIGHT * aside;
    }
    if (cost < least) {
      least = cost;
      best = index;
    }
  }
  return best;
}
