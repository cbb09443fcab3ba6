import type { LinePanel } from './line-panel';

/** Minimum pixels that an arrow key moves the cursor; with Shift it moves to the adjacent point. */
const STRIDE_PIXELS = 4;

/**
 * Returns the point that a key moves the chart's cursor to: an index, null to clear the cursor, or undefined for other
 * keys.
 */
export function pointAfterKey(
  event: KeyboardEvent,
  panel: LinePanel,
  current: number | null,
  points: number,
): number | null | undefined {
  const at = current ?? points - 1;
  const stride = event.shiftKey ? 0 : STRIDE_PIXELS;
  const moves: Partial<Record<string, () => number | null>> = {
    ArrowLeft: () => neighbour(panel, at, -1, points, stride),
    ArrowRight: () => neighbour(panel, at, 1, points, stride),
    Home: () => 0,
    End: () => points - 1,
    Escape: () => null,
  };
  return moves[event.key]?.();
}

function neighbour(panel: LinePanel, at: number, direction: 1 | -1, points: number, stride: number): number {
  const start = panel.left(at);
  let next = at + direction;
  while (next > 0 && next < points - 1 && Math.abs(panel.left(next) - start) < stride) next += direction;
  return Math.min(points - 1, Math.max(0, next));
}
