import type { Size, Viewport } from './viewport';

/** Draws the points on its own canvas. */
export interface PointLayer {
  readonly kind: 'webgl' | 'canvas';
  readonly canvas: HTMLCanvasElement;
  setPoints(x: Float32Array, y: Float32Array): void;
  /** @param styles red, green, blue and shape per point (see `stylesOf`) */
  setStyles(styles: Uint8Array): void;
  /** @param ratio device pixels per CSS pixel @param diameter of a point in CSS pixels */
  draw(view: Viewport, size: Size, ratio: number, diameter: number): void;
  dispose(): void;
}

/** Resizes the canvas. @returns true if its size changed, which clears it */
export function resizeCanvas(canvas: HTMLCanvasElement, size: Size, ratio: number): boolean {
  const width = Math.max(1, Math.round(size.width * ratio));
  const height = Math.max(1, Math.round(size.height * ratio));
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}
