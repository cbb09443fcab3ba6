import { latestWins } from '../../shared/latest-wins';
import type { PictureStore } from '../../shared/picture-store';
import { Atlas } from './atlas';
import { isVisible } from '../style/colouring';
import type { Size, Viewport } from './viewport';

/** Side of a thumbnail on the map, in CSS pixels. */
const SIDE_PIXELS = 36;
/** Grid cell per thumbnail: large when zoomed out so points stay visible, small when zoomed in. */
const MAX_CELL_PIXELS = 96;
const MIN_CELL_PIXELS = 44;
/** Maximum pictures fetched at once; those in view then may be others, and the rest follows. */
const MAX_PICTURES_AT_ONCE = 200;

/** A thumbnail's point and its position in CSS pixels. */
export interface PlacedThumbnail {
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

export interface PlottedPoints {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly styles: Uint8Array;
  /** 1 for each point that may have a thumbnail; null for all that are drawn. */
  readonly pickable: Uint8Array | null;
}

/**
 * Picks a visible point in each cell of a grid over the viewport: one drawn by a hash of its index, so that the first images of
 * the dataset do not stand for all. The grid is fixed in data coordinates and its cells double with the zoom, so that panning
 * neither swaps nor shifts thumbnails.
 * @param zoom 1 shows everything
 */
export function placeThumbnails(
  { x, y, styles, pickable }: PlottedPoints,
  view: Viewport,
  size: Size,
  zoom: number,
): PlacedThumbnail[] {
  const room = Math.max(MIN_CELL_PIXELS, MAX_CELL_PIXELS / Math.max(1, zoom));
  const cell = 2 ** Math.ceil(Math.log2(room / view.scale));
  const [halfWidth, halfHeight] = [size.width / 2 / view.scale, size.height / 2 / view.scale];
  const columns = Math.ceil((2 * halfWidth) / cell) + 2;
  const left = Math.floor((view.x - halfWidth) / cell);
  const bottom = Math.floor((view.y - halfHeight) / cell);
  const taken = new Map<number, PlacedThumbnail>();
  for (let index = 0; index < x.length; index++) {
    const [px, py] = [x[index]!, y[index]!];
    if (!(Math.abs(px - view.x) < halfWidth && Math.abs(py - view.y) < halfHeight)) continue;
    const key = (Math.floor(py / cell) - bottom) * columns + Math.floor(px / cell) - left;
    const other = taken.get(key);
    if (other !== undefined && hash(other.index) <= hash(index)) continue;
    if (!isVisible(styles, index) || pickable?.[index] === 0) continue;
    taken.set(key, {
      index,
      x: size.width / 2 + (px - view.x) * view.scale,
      y: size.height / 2 - (py - view.y) * view.scale,
    });
  }
  return apart([...taken.values()]);
}

/** Scatters consecutive indices over 32 bits: an odd factor near 2^32 over the golden ratio (Knuth, 6.4). */
const hash = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >>> 0;

/** Drops thumbnails that would overlap an earlier one. */
function apart(placed: readonly PlacedThumbnail[]): PlacedThumbnail[] {
  const kept = new Map<string, PlacedThumbnail>();
  const inOrder = [...placed].sort((a, b) => a.index - b.index);
  return inOrder.filter((one) => {
    const [column, row] = [Math.floor(one.x / MIN_CELL_PIXELS), Math.floor(one.y / MIN_CELL_PIXELS)];
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        const other = kept.get(`${column + dx} ${row + dy}`);
        if (
          other &&
          Math.abs(other.x - one.x) < SIDE_PIXELS + 2 &&
          Math.abs(other.y - one.y) < SIDE_PIXELS + 2
        )
          return false;
      }
    }
    kept.set(`${column} ${row}`, one);
    return true;
  });
}

/** Draws thumbnails over some of the points, pulled as they come into view. */
export class Thumbnails {
  private readonly atlas = new Atlas();
  private ids: readonly string[] = [];
  private wanted: readonly string[] = [];
  /** 1 for each point whose picture can be had; null for all. */
  private held: Uint8Array | null = null;

  /** @param arrived called when new pictures are ready to be drawn */
  constructor(
    private readonly pictures: PictureStore,
    private readonly arrived: () => void,
  ) {}

  /** Sets the ids of the points, by index. Cached pictures are kept. */
  setIds(ids: readonly string[]): void {
    this.ids = ids;
    const { held } = this.pictures;
    this.held = held === undefined ? null : Uint8Array.from(ids, (id) => Number(held.has(id)));
  }

  draw(
    context: CanvasRenderingContext2D,
    points: PlottedPoints,
    view: Viewport,
    size: Size,
    zoom: number,
  ): void {
    const placed = placeThumbnails({ ...points, pickable: this.among(points.pickable) }, view, size, zoom);
    const { width, height } = this.atlas.size;
    const scale = SIDE_PIXELS / Math.max(1, width, height);
    const [w, h] = [width * scale, height * scale];
    // Small images are enlarged without smoothing, as everywhere else.
    context.imageSmoothingEnabled = scale < 1;
    const missing: string[] = [];
    for (const { index, x, y } of placed) {
      const id = this.ids[index]!;
      if (!this.atlas.has(id)) {
        missing.push(id);
        continue;
      }
      const at = 4 * index;
      const { styles } = points;
      context.fillStyle = `rgb(${styles[at]} ${styles[at + 1]} ${styles[at + 2]})`;
      context.fillRect(x - w / 2 - 1.5, y - h / 2 - 1.5, w + 3, h + 3);
      this.atlas.draw(context, id, x - w / 2, y - h / 2, w, h);
    }
    this.wanted = missing;
    if (missing.length > 0) this.pull();
  }

  private among(pickable: Uint8Array | null): Uint8Array | null {
    const { held } = this;
    return held === null || pickable === null ? (held ?? pickable) : held.map((one, i) => one & pickable[i]!);
  }

  private readonly pull = latestWins<void>(async () => {
    const ids = this.wanted.slice(0, MAX_PICTURES_AT_ONCE);
    if (ids.length === 0) return;
    try {
      for (const [id, picture] of await this.pictures.fetch(ids)) this.atlas.add(id, picture);
      this.arrived();
    } catch {
      // The points stay without pictures; a card reports the reason.
    }
  });
}
