import { HIDDEN, SHAPES } from '../../shared/palette';
import { resizeCanvas } from './layer';
import type { PointLayer } from './layer';
import { inShape } from './shapes';
import type { Size, Viewport } from './viewport';

/** Fallback without a graphics card: paints points pixel by pixel into one image, which is faster than a path per point. */
export class CanvasLayer implements PointLayer {
  readonly kind = 'canvas';
  readonly canvas = document.createElement('canvas');
  private x: Float32Array = new Float32Array(0);
  private y: Float32Array = new Float32Array(0);
  private styles: Uint8Array = new Uint8Array(0);
  private image: ImageData | undefined;

  setPoints(x: Float32Array, y: Float32Array): void {
    this.x = x;
    this.y = y;
  }

  setStyles(styles: Uint8Array): void {
    this.styles = styles;
  }

  draw(view: Viewport, size: Size, ratio: number, diameter: number): void {
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    resizeCanvas(this.canvas, size, ratio);
    const { width, height } = this.canvas;
    if (this.image?.width !== width || this.image.height !== height)
      this.image = new ImageData(width, height);
    const pixels = new Uint32Array(this.image.data.buffer);
    pixels.fill(0);
    const side = Math.max(1, Math.round(diameter * ratio));
    const shapes = SHAPES.map((_, shape) => offsetsOf(shape, side, width));
    const scale = view.scale * ratio;
    const [left, top] = [width / 2 - view.x * scale - side / 2, height / 2 + view.y * scale - side / 2];
    for (let i = 0; i < this.x.length; i++) {
      const shape = this.styles[4 * i + 3]!;
      if (shape === HIDDEN) continue;
      const px = Math.round(left + this.x[i]! * scale);
      const py = Math.round(top - this.y[i]! * scale);
      // Skips points cut off by the edge, which are only a few pixels wide.
      if (!(px >= 0 && py >= 0 && px + side <= width && py + side <= height)) continue;
      const colour = toPixel(this.styles, 4 * i);
      const start = py * width + px;
      for (const offset of shapes[shape]!) pixels[start + offset] = colour;
    }
    context.putImageData(this.image, 0, 0);
  }

  dispose(): void {
    this.canvas.remove();
  }
}

/** Returns the pixels of a shape as offsets from its top left corner, in an image of that width. */
function offsetsOf(shape: number, side: number, width: number): Uint32Array {
  const offsets: number[] = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [x, y] = [(2 * column + 1) / side - 1, (2 * row + 1) / side - 1];
      if (inShape(shape, x, y, side)) offsets.push(row * width + column);
    }
  }
  return Uint32Array.from(offsets);
}

/** Packs red, green, blue and alpha 255 in native byte order. */
function toPixel(styles: Uint8Array, at: number): number {
  const [r, g, b] = [styles[at]!, styles[at + 1]!, styles[at + 2]!];
  return LITTLE_ENDIAN
    ? (0xff000000 | (b << 16) | (g << 8) | r) >>> 0
    : ((r << 24) | (g << 16) | (b << 8) | 255) >>> 0;
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
