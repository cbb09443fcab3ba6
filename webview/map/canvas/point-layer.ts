import { CanvasLayer } from './canvas-layer';
import type { PointLayer } from './layer';
import { WebglLayer } from './webgl-layer';

/** WebGL 2 where there is a graphics card, else a plain canvas. `lost` is called when the graphics card goes away. */
export function createPointLayer(lost: () => void): PointLayer {
  return WebglLayer.create(lost) ?? new CanvasLayer();
}

/** Diameter of a point in CSS pixels: many points are small; they grow when one comes nearer. @param zoom 1 shows everything */
export function diameterOf(count: number, zoom: number): number {
  const base = Math.min(9, Math.max(1.6, 160 / Math.sqrt(count) ** 0.85));
  return Math.min(14, base * Math.max(1, zoom) ** 0.35);
}
