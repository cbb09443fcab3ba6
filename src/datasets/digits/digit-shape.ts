import type { Glyph, Stroke } from './digit-strokes';
import type { DigitFactors } from './digit-factors';
import type { PenPoint } from './pen-point';

const MAX_POINTS = 13;
const WARP_TERMS = 10;
const PRESSURE_TERMS = 2;

/** Maximum number of uniforms that `shapeGlyph` uses. */
export const UNIFORMS_FOR_SHAPE = WARP_TERMS + PRESSURE_TERMS + 2 + 2 * 2 * MAX_POINTS;

/** Maximum amplitude per term: warp and wobble in halves of the digit's height, pressure relative to the pen radius. */
const WARP_SIZE = 0.22;
const WOBBLE_SIZE = 0.07;
const PRESSURE_SIZE = 0.3;
/** Limits of the width, relative to height. */
const MIN_WIDTH_RATIO = 0.72;
const MAX_WIDTH_RATIO = 1.12;

/** Side of the standard digit's box, relative to the image side. */
const BOX_SIDE = 20 / 28;
/** Distance that ink reaches beyond the pen radius, in pixels: half of the edge in `digit-pen`. */
const SOFT_EDGE = 0.65;
/** Straight segments of the curve between two points. */
const PIECES_PER_CURVE = 5;

/**
 * Turns a glyph into strokes with individual handwriting: bends the glyph by a polynomial warp, makes it narrower or wider,
 * wobbles its points and slants it, then scales it to the box and centres it by mass.
 * Uses only + - * / and square roots, so every platform draws the same digits.
 * @param uniforms at least `UNIFORMS_FOR_SHAPE` random numbers in (0, 1)
 * @param side of the image in pixels
 */
export function shapeGlyph(
  glyph: Glyph,
  factors: DigitFactors,
  uniforms: Float64Array,
  side: number,
): PenPoint[][] {
  let used = 0;
  const uniform = () => uniforms[used++]!;
  const symmetric = (size: number) => size * (2 * uniform() - 1);
  const warp = Array.from({ length: WARP_TERMS }, () => symmetric(WARP_SIZE));
  const pressure = Array.from({ length: PRESSURE_TERMS }, () => symmetric(PRESSURE_SIZE));
  const width = MIN_WIDTH_RATIO + ((MAX_WIDTH_RATIO - MIN_WIDTH_RATIO) * (uniform() + uniform())) / 2;

  const bend = (x: number, y: number): [number, number] => {
    const [u, v] = [2 * x - 1, 2 * y - 1];
    const across =
      warp[0]! * u * v + warp[1]! * (1 - v * v) + warp[2]! * u * u + warp[3]! * v + warp[4]! * v * v * v;
    const down =
      warp[5]! * u * v + warp[6]! * (1 - u * u) + warp[7]! * v * v + warp[8]! * u + warp[9]! * u * v * v;
    return [x + across / 2, y + down / 2];
  };
  const strokes = glyph.map((stroke) => {
    const moved = stroke.map(([x, y, corner]): Stroke[number] => {
      const [bentX, bentY] = bend(x, y);
      const px = (bentX - 0.5) * width + symmetric(WOBBLE_SIZE) * 0.5;
      const py = bentY - 0.5 + symmetric(WOBBLE_SIZE) * 0.5;
      return [px - factors.slant * py, py, corner];
    });
    return curve(moved);
  });
  return place(strokes, factors, pressure, side);
}

/** Approximates a Catmull-Rom curve through the points by short straight segments. */
function curve(points: Stroke): [number, number][] {
  const result: [number, number][] = [[points[0]![0], points[0]![1]]];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b] = [points[i]!, points[i + 1]!];
    const before = i > 0 && !a[2] ? points[i - 1]! : a;
    const after = i + 2 < points.length && !b[2] ? points[i + 2]! : b;
    for (let k = 1; k <= PIECES_PER_CURVE; k++) {
      const t = k / PIECES_PER_CURVE;
      const x = alongCurve(t, before[0], a[0], b[0], after[0]);
      const y = alongCurve(t, before[1], a[1], b[1], after[1]);
      result.push([x, y]);
    }
  }
  return result;
}

/** One coordinate of the curve between `a` and `b`, at `t` from 0 to 1. A function of its own, as half a million closures take a while to make. */
function alongCurve(t: number, before: number, a: number, b: number, after: number): number {
  const slopeA = (b - before) / 2;
  const slopeB = (after - a) / 2;
  const rise = b - a;
  return a + t * (slopeA + t * (3 * rise - 2 * slopeA - slopeB + t * (slopeA + slopeB - 2 * rise)));
}

/** Scales strokes to the box, assigns a pen radius to every point, and centres the strokes by mass of ink. */
function place(
  strokes: readonly [number, number][][],
  factors: DigitFactors,
  pressure: readonly number[],
  side: number,
): PenPoint[][] {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const stroke of strokes) {
    for (const [x, y] of stroke) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  const extent = Math.max(right - left, bottom - top);
  const radius = factors.thickness / 2;
  const size = (BOX_SIDE * side * factors.scale - 2 * radius) / extent;
  const placed = strokes.map((stroke) =>
    stroke.map(([x, y], i): PenPoint => {
      const t = (2 * i) / (stroke.length - 1) - 1;
      const press = 1 + pressure[0]! * t - pressure[1]! * (t * t - 1 / 3);
      return { x: size * x, y: size * y, radius: radius * press };
    }),
  );
  centre(placed, side / 2 + factors.x, side / 2 + factors.y, side);
  return placed;
}

/** Moves strokes in place so that their centre of mass is at the target, or as close as possible within the image. */
function centre(strokes: readonly PenPoint[][], targetX: number, targetY: number, side: number): void {
  let [mass, momentX, momentY] = [0, 0, 0];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i++) {
      const a = stroke[i]!;
      const reach = a.radius + SOFT_EDGE;
      left = Math.min(left, a.x - reach);
      right = Math.max(right, a.x + reach);
      top = Math.min(top, a.y - reach);
      bottom = Math.max(bottom, a.y + reach);
      if (i === 0) continue;
      const b = stroke[i - 1]!;
      const length = Math.sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y));
      const ink = length * (a.radius + b.radius);
      mass += ink;
      momentX += (ink * (a.x + b.x)) / 2;
      momentY += (ink * (a.y + b.y)) / 2;
    }
  }
  const offsetX = Math.min(Math.max(targetX - momentX / mass, -left), side - right);
  const offsetY = Math.min(Math.max(targetY - momentY / mass, -top), side - bottom);
  for (const stroke of strokes) {
    for (const point of stroke) {
      point.x += offsetX;
      point.y += offsetY;
    }
  }
}
