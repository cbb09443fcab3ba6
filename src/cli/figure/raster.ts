import type { Picture } from '../tiles';
import { dashed } from './dashes';
import type { Drawing, PlotMark, Point } from './drawing';
import { textStrokes } from './glyphs';

/** Pen width of letters, relative to the font size. */
const PEN = 0.095;

/** Renders a drawing on white, with `scale` pixels per CSS pixel in each direction. Lines are antialiased by coverage. */
export function rasterise(drawing: Drawing, scale: number): Picture {
  const [width, height] = [Math.round(drawing.width * scale), Math.round(drawing.height * scale)];
  const bytes = new Uint8Array(width * height * 3).fill(255);
  const picture = { width, height, channels: 3 as const, bytes };
  for (const mark of drawing.marks) {
    for (const { points, pen } of penLines(mark)) {
      const line = points.map(([x, y]): Point => [x * scale, y * scale]);
      drawLine(picture, line, (pen * scale) / 2, colourOf(mark.colour));
    }
  }
  return picture;
}

interface PenLine {
  readonly points: readonly Point[];
  /** Diameter of the pen. */
  readonly pen: number;
}

/** Converts a mark to lines of a round pen. */
function penLines(mark: PlotMark): PenLine[] {
  switch (mark.kind) {
    case 'stroke': {
      const lines = mark.dash ? dashed(mark.points, mark.dash) : [mark.points];
      return lines.map((points) => ({ points, pen: mark.width }));
    }
    case 'dot':
      return [{ points: [mark.at, mark.at], pen: 2 * mark.radius }];
    case 'text': {
      const { strokes, width } = textStrokes(mark.text, mark.size);
      const shift = { start: 0, middle: width / 2, end: width }[mark.anchor];
      const [x, y] = mark.at;
      const place = ([dx, dy]: Point): Point =>
        mark.upright === true ? [x + dy, y - (dx - shift)] : [x + dx - shift, y + dy];
      return strokes.map((points) => ({ points: points.map(place), pen: PEN * mark.size }));
    }
  }
}

/** Blends one line into the picture. A pixel's coverage is the maximum over all segments, so joints are not drawn twice. */
function drawLine(picture: Picture, line: readonly Point[], radius: number, colour: readonly number[]): void {
  const reach = radius + 1;
  const xs = line.map((point) => point[0]);
  const ys = line.map((point) => point[1]);
  const left = Math.max(0, Math.floor(Math.min(...xs) - reach));
  const right = Math.min(picture.width, Math.ceil(Math.max(...xs) + reach));
  const top = Math.max(0, Math.floor(Math.min(...ys) - reach));
  const bottom = Math.min(picture.height, Math.ceil(Math.max(...ys) + reach));
  if (left >= right || top >= bottom) return;
  const share = new Float32Array((right - left) * (bottom - top));
  for (let i = 0; i + 1 < line.length; i++) {
    const [from, to] = [line[i]!, line[i + 1]!];
    const rows = [Math.min(from[1], to[1]) - reach, Math.max(from[1], to[1]) + reach] as const;
    const columns = [Math.min(from[0], to[0]) - reach, Math.max(from[0], to[0]) + reach] as const;
    for (let y = Math.max(top, Math.floor(rows[0])); y < Math.min(bottom, Math.ceil(rows[1])); y++) {
      for (let x = Math.max(left, Math.floor(columns[0])); x < Math.min(right, Math.ceil(columns[1])); x++) {
        const inside = radius + 0.5 - distance(x + 0.5, y + 0.5, from, to);
        const at = (y - top) * (right - left) + x - left;
        // A pen thinner than a pixel covers at most its own width of the pixel.
        share[at] = Math.max(share[at]!, Math.min(1, 2 * radius, inside));
      }
    }
  }
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const part = share[(y - top) * (right - left) + x - left]!;
      if (part <= 0) continue;
      const at = (y * picture.width + x) * 3;
      for (let c = 0; c < 3; c++)
        picture.bytes[at + c] = Math.round(picture.bytes[at + c]! * (1 - part) + colour[c]! * part);
    }
  }
}

/** Returns the distance of a point from the segment between `from` and `to`. */
function distance(x: number, y: number, [x0, y0]: Point, [x1, y1]: Point): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
  return Math.hypot(x - x0 - part * dx, y - y0 - part * dy);
}

function colourOf(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
