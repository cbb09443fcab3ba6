import type { PointLayer } from './layer';
import type { MapPosition } from './polygon';
import type { PlottedPoints } from './thumbnails';
import type { Size, Viewport } from './viewport';

/** What a stage tells; points by number. */
export interface MapCanvasEvents {
  /** Point under the mouse or the keyboard's cursor; -1 for none. */
  hovered(index: number, byKeyboard: boolean): void;
  /** A click or Enter; -1 beside all points. */
  chosen(index: number): void;
  /** Points that were drawn around, or chosen with Ctrl and a click or with Space: the selection, or more of it. */
  surrounded(indices: readonly number[], adding: boolean): void;
  /** A line was drawn; x and y in the data. */
  line?(line: readonly MapPosition[]): void;
  /** The place under the mouse, in the data. */
  over?(place: MapPosition): void;
  /** A click beside all points, or Escape. */
  beside?(place: MapPosition | null): void;
  /** A double click, or Ctrl with Enter. */
  opened(index: number): void;
  /** The person has moved the view. */
  moved(): void;
  layer(kind: PointLayer['kind']): void;
  /** Draws over the points and under the marks, in CSS pixels. */
  under(context: CanvasRenderingContext2D, points: PlottedPoints, view: Viewport, size: Size, zoom: number): void;
  themeChanged(): void;
}
