/** Points smaller than this are drawn as squares, since no other shape is recognisable. */
export const MIN_SHAPE_PIXELS = 4;

/**
 * Whether a position lies inside a shape.
 * @param x from -1 (left) to 1 @param y from -1 (top) to 1 @param side of the bounding square in pixels
 */
export function inShape(shape: number, x: number, y: number, side: number): boolean {
  if (side < MIN_SHAPE_PIXELS) return true;
  const [ax, ay] = [Math.abs(x), Math.abs(y)];
  switch (shape) {
    case 1:
      return Math.max(ax, ay) <= 0.8;
    case 2:
      return y <= 0.8 && 2 * ax <= y + 1;
    case 3:
      return ax + ay <= 1;
    case 4:
      return Math.min(ax, ay) <= 0.34 && Math.max(ax, ay) <= 0.95;
    case 5:
      return Math.hypot(x, y) <= 1 && Math.hypot(x, y) >= 0.52;
    default:
      return Math.hypot(x, y) <= 1;
  }
}

/** `inShape` as GLSL: `bool inShape(int shape, vec2 p)`. */
export const SHAPE_SHADER = `
bool inShape(int shape, vec2 p) {
  vec2 a = abs(p);
  if (shape == 1) return max(a.x, a.y) <= 0.8;
  if (shape == 2) return p.y <= 0.8 && 2.0 * a.x <= p.y + 1.0;
  if (shape == 3) return a.x + a.y <= 1.0;
  if (shape == 4) return min(a.x, a.y) <= 0.34 && max(a.x, a.y) <= 0.95;
  if (shape == 5) return dot(p, p) <= 1.0 && dot(p, p) >= 0.27;
  return dot(p, p) <= 1.0;
}`;

/** Outlines of the shapes in a square of 10 units, as SVG paths with the even-odd rule. */
export const SHAPE_PATHS: readonly string[] = [
  'M5 0a5 5 0 1 0 0 10a5 5 0 1 0 0-10z',
  'M1 1h8v8h-8z',
  'M5 0L9.5 9h-9z',
  'M5 0L10 5L5 10L0 5z',
  'M3.3 0.3h3.4v3h3v3.4h-3v3h-3.4v-3h-3v-3.4h3z',
  'M5 0a5 5 0 1 0 0 10a5 5 0 1 0 0-10zm0 2.4a2.6 2.6 0 1 1 0 5.2a2.6 2.6 0 1 1 0-5.2z',
];
