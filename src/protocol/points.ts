import type { Pictures } from '../domain/pictures';

/** Latent points and their decoded pictures. */
export interface DecodedPoints {
  /** count × Nz. */
  readonly z: Float32Array;
  readonly pictures: Pictures;
  readonly step: number;
}
