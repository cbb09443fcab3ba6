/** Answers about paths through latent space and probes of its points. Distances are Euclidean, in latent space. */
import type { Pictures } from '../domain/pictures';
import type { DecodedPoints } from './points';

export const MAX_WAYPOINTS = 64;
export const MAX_PATH_FRAMES = 1000;
export const MAX_NEIGHBOURS = 64;

/** Dataset images, nearest first, as encoded for the map. */
export interface NearImages {
  readonly ids: readonly string[];
  /** File URIs; null for images inside a container file, or while the dataset has not been read. */
  readonly uris: readonly (string | null)[];
  readonly distances: Float32Array;
  /** The images; null if the dataset has not been read or lacks one of them. */
  readonly pictures: Pictures | null;
  /** Whether the pictures are reconstructions, because those of the images are not there. */
  readonly areReconstructions?: boolean;
  /** Training step of the weights used to encode them. */
  readonly step: number;
}

/** The frames of one kind of path. */
export interface PathTrack {
  /** frames × Nz. */
  readonly z: Float32Array;
  readonly pictures: Pictures;
  /** log N(z; 0, I) per frame, in nats. */
  readonly priorDensity: Float32Array;
  /** Log density per frame under the fitted aggregate posterior, in nats; null if it cannot be fitted. */
  readonly density: Float32Array | null;
  /** The image with the nearest posterior mean for each frame; null if the images are not encoded. */
  readonly nearest: NearImages | null;
}

export interface LatentPath {
  /** waypoints × Nz. */
  readonly waypoints: Float32Array;
  /** Frame numbers of the waypoints. These frames have the same bytes as waypoints decoded on their own. */
  readonly at: Uint32Array;
  readonly linear: PathTrack;
  readonly spherical: PathTrack;
  /** Typical densities under the fitted aggregate posterior; null if it cannot be fitted. */
  readonly aggregate: UsualDensity | null;
  readonly step: number;
}

/** The 5, 50 and 95 % quantiles of the log densities at images' posterior means, in nats. */
export interface UsualDensity {
  readonly images: number;
  readonly quantiles: readonly [low: number, middle: number, high: number];
}

/** side² points interpolated between four corners (top left, top right, bottom left, bottom right), row by row from the top. */
export interface LatentGrid extends DecodedPoints {
  readonly side: number;
}

/** Latent points. */
export interface MapPoints {
  /** count × Nz. */
  readonly z: Float32Array;
  readonly count: number;
}

/** The decoded picture, density and nearest images of a latent point. */
export interface Probe {
  readonly z: Float32Array;
  readonly picture: Pictures;
  /** Euclidean norm |z|. */
  readonly norm: number;
  /** Density under the normal distribution fitted to all encoded images; null if they are not encoded or it cannot be fitted. */
  readonly density: ProbeDensity | null;
  /** Nearest images; null if the images are not encoded, or none were requested. */
  readonly nearest: NearImages | null;
  /**
   * The image whose posterior mean is `z`, and its distance on the map. Set on a UMAP layout, which cannot be inverted, so
   * that positions without `off` resolve to their nearest image; else null.
   */
  readonly standsFor: { readonly id: string; readonly distance: number } | null;
  /** Set if the place was asked for with `off`. */
  readonly off?: OffPlane | undefined;
  readonly step: number;
}

/** What lies beside the plane that the map shows. `z` is the plane's point plus t times the residual. */
export interface OffPlane {
  /** From the plane to the images, or to their mean: orthogonal to the map's axes. Nz values. */
  readonly residual: Float32Array;
  /** The images that it leads to. */
  readonly ids: readonly string[];
}

export interface ProbeDensity {
  /** Log density, in nats. */
  readonly value: number;
  /** Fraction of the ranked images whose posterior means have a lower density. */
  readonly rank: number;
  /** Number of ranked images. */
  readonly images: number;
}
