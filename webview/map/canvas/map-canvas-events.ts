import type { PointLayer } from './layer';
import type { MapPosition } from './polygon';
import type { PlottedPoints } from './thumbnails';
import type { Size, Viewport } from './viewport';

/** Events of the map canvas; points are identified by index. */
export interface MapCanvasEvents {
  /** The point under the mouse or the keyboard cursor; -1 for none. */
  hovered(index: number, byKeyboard: boolean): void;
  /** A click or Enter; -1 for a click next to all points. */
  chosen(index: number): void;
  /** Points inside a box or lasso, or picked with Ctrl+click or Space; `adding` extends the selection. */
  surrounded(indices: readonly number[], adding: boolean): void;
  /** A line was drawn, in data coordinates. */
  line?(line: readonly MapPosition[]): void;
  /** The position under the mouse, in data coordinates. */
  over?(position: MapPosition): void;
  /** A click next to all points, in data coordinates; null for Escape. */
  beside?(position: MapPosition | null): void;
  /** A double click, or Ctrl+Enter. */
  opened(index: number): void;
  /** The user has moved the viewport. */
  moved(): void;
  /** The canvas has another size, and so other points may be in view. */
  resized?(): void;
  /** The point layer in use, also after a fallback to the plain canvas. */
  layer(kind: PointLayer['kind']): void;
  /** Draws above the points and below the marks, in CSS pixels. */
  under(
    context: CanvasRenderingContext2D,
    points: PlottedPoints,
    view: Viewport,
    size: Size,
    zoom: number,
  ): void;
  /** Draws behind the points, in CSS pixels. */
  behind?(context: CanvasRenderingContext2D, view: Viewport, size: Size): void;
  themeChanged(): void;
}
