/** How much a place off the direction counts against one further along it. */
const SIDEWAYS_WEIGHT = 2;

/** Right and down are positive, as on a screen; null for another key. */
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
 * The point that one comes to next from a place in a direction, or the nearest one where there is no direction; -1 for none.
 * Only what lies within 45 degrees of the direction counts, so that every step can be gone back.
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
