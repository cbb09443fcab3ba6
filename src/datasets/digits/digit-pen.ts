import type { PenPoint } from './pen-point';

/** Width of the soft edge of ink, in pixels. */
const EDGE_PIXELS = 1.3;

/**
 * Draws strokes as grey values by the depth of each pixel's centre inside the nearest stroke segment: 255 inside, 0
 * outside, linear across an edge of 1.3 pixels. The centre of pixel (0, 0) is at (0.5, 0.5).
 * @returns height * width bytes
 */
export function drawStrokes(
  strokes: readonly (readonly PenPoint[])[],
  width: number,
  height: number,
): Uint8Array {
  const ink = new Uint8Array(width * height);
  for (const stroke of strokes) {
    for (let i = 0; i + 1 < stroke.length; i++) drawPiece(ink, width, height, stroke[i]!, stroke[i + 1]!);
  }
  return ink;
}

function drawPiece(ink: Uint8Array, width: number, height: number, a: PenPoint, b: PenPoint): void {
  const reach = Math.max(a.radius, b.radius) + EDGE_PIXELS / 2;
  const left = Math.max(0, Math.floor(Math.min(a.x, b.x) - reach));
  const right = Math.min(width, Math.ceil(Math.max(a.x, b.x) + reach));
  const top = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach));
  const bottom = Math.min(height, Math.ceil(Math.max(a.y, b.y) + reach));
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const squaredLength = dx * dx + dy * dy || 1;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const px = column + 0.5 - a.x;
      const py = row + 0.5 - a.y;
      const along = (px * dx + py * dy) / squaredLength;
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const ox = px - t * dx;
      const oy = py - t * dy;
      const squaredDistance = ox * ox + oy * oy;
      const k = row * width + column;
      if (squaredDistance >= reach * reach || ink[k] === 255) continue;
      const depth = a.radius + t * (b.radius - a.radius) - Math.sqrt(squaredDistance);
      const grey = Math.floor(255 * Math.min(1, Math.max(0, depth / EDGE_PIXELS + 0.5)) + 0.5);
      if (grey > ink[k]!) ink[k] = grey;
    }
  }
}
