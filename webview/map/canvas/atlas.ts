import type { Pictures } from '../../../src/domain/pictures';
import { paint } from '../../shared/pictures';

/** Side of a tile in pixels, well below the limits of browsers and graphics cards. */
const TILE_PIXELS = 1024;
const MAX_TILES = 6;
/** Longest side of a thumbnail; larger images are scaled down. */
const MAX_THUMBNAIL_PIXELS = 64;

interface Slot {
  readonly tile: number;
  readonly x: number;
  readonly y: number;
}

/** Thumbnails by id on a few shared canvases, with least-recently-drawn eviction. */
export class Atlas {
  private readonly tiles: CanvasRenderingContext2D[] = [];
  /** Slots by id, least recently drawn first. */
  private readonly slots = new Map<string, Slot>();
  private readonly free: Slot[] = [];
  /** The picture being added, at its own size. */
  private readonly whole = document.createElement('canvas');
  private width = 0;
  private height = 0;

  /** Size of a thumbnail in its own pixels; width 0 while the atlas is empty. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this.width, height: this.height };
  }

  has(id: string): boolean {
    return this.slots.has(id);
  }

  /** Adds a thumbnail; all pictures have one shape. @throws Error if no canvas is available */
  add(id: string, picture: Pictures): void {
    if (this.slots.has(id)) return;
    if (this.width === 0) {
      const scale = Math.min(1, MAX_THUMBNAIL_PIXELS / Math.max(picture.width, picture.height));
      this.width = Math.max(1, Math.round(picture.width * scale));
      this.height = Math.max(1, Math.round(picture.height * scale));
    }
    const slot = this.takeSlot();
    paint(this.whole, picture, 0);
    const tile = this.tiles[slot.tile]!;
    tile.imageSmoothingQuality = 'high';
    tile.drawImage(this.whole, slot.x, slot.y, this.width, this.height);
    this.slots.set(id, slot);
  }

  /** Draws a thumbnail. @returns false if it is not in the atlas */
  draw(
    context: CanvasRenderingContext2D,
    id: string,
    x: number,
    y: number,
    width: number,
    height: number,
  ): boolean {
    const slot = this.slots.get(id);
    if (slot === undefined) return false;
    this.slots.delete(id);
    this.slots.set(id, slot);
    const tile = this.tiles[slot.tile]!.canvas;
    context.drawImage(tile, slot.x, slot.y, this.width, this.height, x, y, width, height);
    return true;
  }

  private takeSlot(): Slot {
    if (this.free.length === 0 && this.tiles.length < MAX_TILES) this.addTile();
    const free = this.free.pop();
    if (free !== undefined) return free;
    const [oldest, slot] = this.slots.entries().next().value!;
    this.slots.delete(oldest);
    return slot;
  }

  private addTile(): void {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = TILE_PIXELS;
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('the browser gives no canvas to draw thumbnails on');
    const tile = this.tiles.push(context) - 1;
    for (let y = 0; y + this.height <= TILE_PIXELS; y += this.height)
      for (let x = 0; x + this.width <= TILE_PIXELS; x += this.width) this.free.push({ tile, x, y });
  }
}
