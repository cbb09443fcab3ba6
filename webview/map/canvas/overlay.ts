import { readTheme } from '../../shared/theme';
import type { Theme } from '../../shared/theme';
import type { Outline } from './gestures';
import { resizeCanvas } from './layer';
import type { MapPosition } from './polygon';
import { toData, toScreen } from './viewport';
import type { Scale, Size, Viewport } from './viewport';

/** Marks above the points. */
export interface Marks {
  /** Positions of the chosen point and of the points asked for, in data coordinates. */
  readonly chosen: readonly [number, number] | null;
  readonly sought: readonly (readonly [number, number])[];
  /** The line being drawn by the mouse, in pixels. */
  readonly outline: Outline | null;
  /** The decoded position in data coordinates; null for none. */
  readonly looked: readonly [number, number] | null;
}

/** Minimum pixels between grid lines. */
const GRID_PIXELS = 90;

/** Draws the grid, the axis labels and the marks. */
export class Overlay {
  readonly canvas = document.createElement('canvas');

  /** @param below draws between the grid and the marks */
  draw(
    view: Viewport,
    size: Size,
    ratio: number,
    diameter: number,
    scales: readonly [Scale, Scale],
    marks: Marks,
    below: (context: CanvasRenderingContext2D) => void,
  ): void {
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    if (!resizeCanvas(this.canvas, size, ratio))
      context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const theme = readTheme();
    this.numbers(context, view, size, scales, theme);
    below(context);
    const ring = (
      position: readonly [number, number],
      radius: number,
      width: number,
      dash: number[],
    ): void => {
      const [x, y] = toScreen(view, size, ...position);
      for (const [colour, line] of [
        [theme.background, width + 2],
        [theme.foreground, width],
      ] as const) {
        context.beginPath();
        context.setLineDash(dash);
        context.strokeStyle = colour;
        context.lineWidth = line;
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.stroke();
      }
    };
    const radius = diameter / 2;
    for (const position of marks.sought) ring(position, radius + 7, 1.5, [3, 3]);
    if (marks.chosen) ring(marks.chosen, radius + 4, 2.5, []);
    if (marks.looked) cross(context, toScreen(view, size, ...marks.looked), theme);
    if (marks.outline) outline(context, marks.outline, theme.foreground);
  }

  private numbers(
    context: CanvasRenderingContext2D,
    view: Viewport,
    size: Size,
    [across, up]: readonly [Scale, Scale],
    { quiet: colour, background, font }: Theme,
  ): void {
    const [left, bottom] = toData(view, size, 0, size.height);
    const [right, top] = toData(view, size, size.width, 0);
    context.font = font;
    context.fillStyle = colour;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.setLineDash([]);
    const line = (x0: number, y0: number, x1: number, y1: number): void => {
      context.globalAlpha = 0.16;
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
      context.stroke();
      context.globalAlpha = 1;
    };
    // With an edge, as regions of any colour may lie behind.
    const write = (text: string, x: number, y: number): void => {
      context.strokeStyle = background;
      context.lineWidth = 3;
      context.strokeText(text, x, y);
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.fillText(text, x, y);
    };
    context.lineJoin = 'round';
    context.textAlign = 'center';
    for (const { place, text } of numbersOn(across, left, right, GRID_PIXELS / view.scale)) {
      const x = Math.round(toScreen(view, size, place, 0)[0]) + 0.5;
      line(x, 0, x, size.height);
      if (x > 40 && x < size.width - 12) write(text, x, size.height - 5);
    }
    context.textAlign = 'left';
    for (const { place, text } of numbersOn(up, bottom, top, GRID_PIXELS / view.scale)) {
      const y = Math.round(toScreen(view, size, 0, place)[1]) + 0.5;
      line(0, y, size.width, y);
      if (y > 12 && y < size.height - 24) write(text, 5, y - 3);
    }
  }
}

/** Draws a small cross with an outline, visible on points of any colour. */
function cross(
  context: CanvasRenderingContext2D,
  [x, y]: MapPosition,
  { background, foreground }: { readonly background: string; readonly foreground: string },
): void {
  context.setLineDash([]);
  for (const [colour, width] of [
    [background, 4],
    [foreground, 1.5],
  ] as const) {
    context.beginPath();
    context.moveTo(x - 7, y);
    context.lineTo(x + 7, y);
    context.moveTo(x, y - 7);
    context.lineTo(x, y + 7);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }
}

function outline(context: CanvasRenderingContext2D, { line, closed }: Outline, colour: string): void {
  context.beginPath();
  line.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  if (closed) context.closePath();
  context.setLineDash([4, 3]);
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.stroke();
  if (!closed) return;
  context.globalAlpha = 0.08;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}

/** Returns round numbers between two positions, with their positions. @param apart minimum distance between them */
export function numbersOn(
  { origin, unit }: Scale,
  from: number,
  to: number,
  apart: number,
): { readonly place: number; readonly text: string }[] {
  const step = niceStep(apart * unit);
  const first = Math.ceil((origin + from * unit) / step);
  const last = Math.floor((origin + to * unit) / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const value = (first + i) * step;
    return { place: (value - origin) / unit, text: label(value, step) };
  });
}

/** Returns the smallest 1, 2 or 5 times a power of ten that is at least `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

function label(value: number, step: number): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const size = Math.abs(value);
  const text = digits > 6 ? String(Number(size.toPrecision(4))) : size.toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}
