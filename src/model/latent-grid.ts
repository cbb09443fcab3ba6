import { planeGrid, planeThrough } from '../latent/plane';
import { quantileGrid } from '../latent/quantile-grid';

/** What a grid is laid over: two dimensions, all others 0, or the plane through three points. */
export type SurfacePoints =
  | { readonly dimensions: readonly [number, number] }
  | { readonly through: readonly [Float32Array, Float32Array, Float32Array] };

export interface SurfaceGrid {
  /** side² × Nz, row by row from the top. */
  readonly z: Float32Array;
  /** Where the three points lie, from left and top, as parts of the side: x and y of each. Empty for two dimensions. */
  readonly marks: Float32Array;
}

/** @throws RangeError for a dimension that there is not, or three points on one line */
export function surfaceGrid(latent: number, side: number, surface: SurfacePoints): SurfaceGrid {
  if ('dimensions' in surface) {
    return { z: quantileGrid(latent, side, surface.dimensions), marks: new Float32Array(0) };
  }
  const plane = planeThrough(surface.through);
  return { z: planeGrid(plane, side), marks: plane.marks };
}
