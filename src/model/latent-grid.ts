import { planeGrid, planeThrough } from '../latent/plane';
import { quantileGrid } from '../latent/quantile-grid';

/** A latent surface: two dimensions with all others 0, or the plane through three points. */
export type SurfacePoints =
  | { readonly dimensions: readonly [number, number] }
  | { readonly through: readonly [Float32Array, Float32Array, Float32Array] };

export interface SurfaceGrid {
  /** side² × Nz, row by row from the top. */
  readonly z: Float32Array;
  /** x and y of each of the three points, from the left and top, as fractions of the side. Empty for two dimensions. */
  readonly marks: Float32Array;
}

/** Computes a side × side grid of latent points. @throws RangeError for an invalid dimension, or three collinear points */
export function surfaceGrid(latent: number, side: number, surface: SurfacePoints): SurfaceGrid {
  if ('dimensions' in surface) {
    return { z: quantileGrid(latent, side, surface.dimensions), marks: new Float32Array(0) };
  }
  const plane = planeThrough(surface.through);
  return { z: planeGrid(plane, side), marks: plane.marks };
}
