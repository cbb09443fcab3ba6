import { CanvasLayer } from './canvas-layer';
import type { PointLayer } from './layer';
import { WebglLayer } from './webgl-layer';

/** Creates a WebGL 2 layer if there is a graphics card, else a plain canvas. Calls `lost` when the WebGL context is lost. */
export function createPointLayer(lost: () => void): PointLayer {
  return WebglLayer.create(lost) ?? new CanvasLayer();
}

/**
 * Returns the diameter of a point in CSS pixels: smaller for many points, larger when zoomed in.
 * @param zoom 1 shows everything
 */
export function diameterOf(count: number, zoom: number): number {
  const base = Math.min(9, Math.max(1.6, 160 / Math.sqrt(count) ** 0.85));
  return Math.min(14, base * Math.max(1, zoom) ** 0.35);
}
