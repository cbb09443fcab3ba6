import type { PointLayer } from './layer';
import type { Place } from './polygon';
import type { Points } from './thumbnails';
import type { Size, Viewport } from './viewport';

/** What a stage tells; points by number. */
export interface StageEvents {
  /** Point under the mouse or the keyboard's cursor; -1 for none. */
  hovered(index: number, byKeyboard: boolean): void;
  /** A click or Enter; -1 beside all points. */
  chosen(index: number): void;
  /** Points that were drawn around, or chosen with Ctrl and a click or with Space: the selection, or more of it. */
  surrounded(indices: readonly number[], adding: boolean): void;
  /** A line was drawn; x and y in the data. */
  line?(line: readonly Place[]): void;
  /** The place under the mouse, in the data. */
  over?(place: Place): void;
  /** A click beside all points, or Escape. */
  beside?(place: Place | null): void;
  /** A double click, or Ctrl with Enter. */
  opened(index: number): void;
  /** The person has moved the view. */
  moved(): void;
  layer(kind: PointLayer['kind']): void;
  /** Draws over the points and under the marks, in CSS pixels. */
  under(context: CanvasRenderingContext2D, points: Points, view: Viewport, size: Size, zoom: number): void;
  themeChanged(): void;
}
