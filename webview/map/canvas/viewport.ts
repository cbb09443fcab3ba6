/** Visible part of the map: the data coordinates at the centre, and pixels per data unit on both axes. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** A size in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Scale of an axis: a value is drawn at `(value - origin) / unit`. */
export interface Scale {
  readonly origin: number;
  readonly unit: number;
}

/** Margin around all points, as a fraction of the view. */
const MARGIN_SHARE = 0.06;
/** Zoom limits relative to the view of everything; beyond them, single-precision errors become visible. */
const ZOOM_IN = 20_000;
const ZOOM_OUT = 4;

/** Returns the bounds of the finite points; an empty box at (0, 0) if there are none. */
export function boundsOf(x: Float32Array, y: Float32Array): Bounds {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [x[i]!, y[i]!];
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    if (px < left) left = px;
    if (px > right) right = px;
    if (py < bottom) bottom = py;
    if (py > top) top = py;
  }
  return left <= right ? { left, right, bottom, top } : { left: 0, right: 0, bottom: 0, top: 0 };
}

/** Returns the viewport that shows everything. */
export function fit({ left, right, bottom, top }: Bounds, size: Size): Viewport {
  const room = 1 - 2 * MARGIN_SHARE;
  // A single point has no extent, so show one unit to each side.
  const width = right - left || 2;
  const height = top - bottom || 2;
  const scale = Math.min((size.width * room) / width, (size.height * room) / height);
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale };
}

export function toScreen(view: Viewport, size: Size, x: number, y: number): [x: number, y: number] {
  return [size.width / 2 + (x - view.x) * view.scale, size.height / 2 - (y - view.y) * view.scale];
}

export function toData(view: Viewport, size: Size, px: number, py: number): [x: number, y: number] {
  return [view.x + (px - size.width / 2) / view.scale, view.y - (py - size.height / 2) / view.scale];
}

/** Moves the content by `dx` and `dy` pixels. */
export function pan(view: Viewport, dx: number, dy: number): Viewport {
  return { ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale };
}

/** Zooms by `factor`, keeping the data under the pixel in place. `whole` is the view of everything. */
export function zoomAt(
  view: Viewport,
  size: Size,
  [px, py]: readonly [number, number],
  factor: number,
  whole: Viewport,
): Viewport {
  const scale = Math.min(whole.scale * ZOOM_IN, Math.max(whole.scale / ZOOM_OUT, view.scale * factor));
  const [x, y] = toData(view, size, px, py);
  return { x: x - (px - size.width / 2) / scale, y: y + (py - size.height / 2) / scale, scale };
}

/** Returns the smallest pan that brings a point into view, with some margin. */
export function reveal(view: Viewport, size: Size, x: number, y: number): Viewport {
  const [px, py] = toScreen(view, size, x, y);
  const room = 0.1 * Math.min(size.width, size.height);
  const inside = (value: number, end: number): number => Math.min(end - room, Math.max(room, value));
  return pan(view, inside(px, size.width) - px, inside(py, size.height) - py);
}
