import type { Pictures } from '../domain/pictures';

/** An endpoint of an interpolation: an image file, or a point in latent space. */
export type PathEnd = { readonly uri: string } | { readonly z: Float32Array };

/** Latent points and their decoded pictures. */
export interface DecodedPoints {
  /** count × Nz. */
  readonly z: Float32Array;
  readonly pictures: Pictures;
  readonly step: number;
}
