/**
 * Returns the position t of each frame: its integer part is a waypoint, its fraction the way to the next waypoint.
 * @param at frame index of each waypoint, ascending
 */
export function framePositions(at: Uint32Array): number[] {
  const places: number[] = [];
  for (let i = 0; i + 1 < at.length; i++)
    for (let frame = at[i]!; frame < at[i + 1]!; frame++)
      places.push(i + (frame - at[i]!) / (at[i + 1]! - at[i]!));
  return [...places, at.length - 1];
}

/** Returns the index of the frame nearest to a position. */
export function frameAt(places: readonly number[], wanted: number): number {
  let best = 0;
  places.forEach((place, i) => {
    if (Math.abs(place - wanted) < Math.abs(places[best]! - wanted)) best = i;
  });
  return best;
}
