/** Ways through latent space, and what is at a point of it. Distances are Euclidean, in latent space. */
import type { MapColumn } from './map';
import type { Pictures } from '../domain/pictures';
import type { DecodedPoints, PathEnd } from './points';

export const MAX_WAYPOINTS = 64;
export const MAX_PATH_FRAMES = 1000;
export const MAX_NEIGHBOURS = 64;

/** A stop on a path: an image file, an image of the dataset by its id, or a point in latent space. */
export type Waypoint = PathEnd | { readonly id: string };

/** Images of the dataset, by distance; as they were encoded for the map. */
export interface NearImages {
  readonly ids: readonly string[];
  /** Null for an image inside a container file. */
  readonly uris: readonly (string | null)[];
  readonly distances: Float32Array;
  /** The images themselves; null while the dataset is not read, or cannot be. */
  readonly pictures: Pictures | null;
  /** Training step of the weights that they were encoded with. */
  readonly step: number;
}

/** One kind of path. */
export interface PathTrack {
  /** frames × Nz. */
  readonly z: Float32Array;
  readonly pictures: Pictures;
  /** log N(z; 0, I) of each frame, in nats. */
  readonly priorDensity: Float32Array;
  /** Log density of the fitted aggregate posterior, in nats; null where it cannot be fitted. */
  readonly density: Float32Array | null;
  /** For each frame the image whose posterior mean is nearest; null where the images are not encoded. */
  readonly nearest: NearImages | null;
}

export interface LatentPath {
  /** waypoints × Nz. */
  readonly waypoints: Float32Array;
  /** Which frames are the waypoints: their bytes are those of their points, decoded by themselves. */
  readonly at: Uint32Array;
  readonly linear: PathTrack;
  readonly spherical: PathTrack;
  /** What the aggregate posterior was fitted on; null where it could not be. */
  readonly aggregate: UsualDensity | null;
  readonly step: number;
}

/** Log densities that images have themselves: quantiles 5, 50 and 95 % of those of their posterior means. */
export interface UsualDensity {
  readonly images: number;
  readonly quantiles: readonly [low: number, middle: number, high: number];
}

/** side² points between four corners (top left, top right, bottom left, bottom right), row by row from the top. */
export interface LatentGrid extends DecodedPoints {
  readonly side: number;
}

/** Two axes of the map, which is named by its key. */
export interface MapAxes {
  readonly key: string;
  readonly x: MapColumn;
  readonly y: MapColumn;
}

/** Points of latent space. */
export interface MapPoints {
  /** count × Nz. */
  readonly z: Float32Array;
  readonly count: number;
}

/** A point of latent space, given by itself or by its place on the map. */
export type LatentPlace =
  { readonly z: Float32Array } | (MapAxes & { readonly at: readonly [x: number, y: number] });

/** What is at a point of latent space. */
export interface Probe {
  readonly z: Float32Array;
  readonly picture: Pictures;
  /** |z|. */
  readonly norm: number;
  /** Under the normal distribution fitted to all encoded images; null where they are not encoded. */
  readonly density: ProbeDensity | null;
  /** Nearest first; null where the images are not encoded. */
  readonly nearest: NearImages | null;
  /**
   * The image whose posterior mean this is, and its distance on the map: where the map has no way back, a place stands for
   * the image that is nearest to it there. Else null.
   */
  readonly standsFor: { readonly id: string; readonly distance: number } | null;
  readonly step: number;
}

export interface ProbeDensity {
  /** In nats. */
  readonly value: number;
  /** Share of the encoded images whose posterior means have a lower density. */
  readonly rank: number;
  /** Images that the rank is among. */
  readonly images: number;
}

export interface EngineLatentMethods {
  /** The linear and the spherical path through 2 to 64 waypoints, with what is known of each frame. */
  path(params: { readonly waypoints: readonly Waypoint[]; readonly frames: number }): LatentPath;
  /** Bilinear between four corners. */
  grid(params: { readonly corners: readonly Waypoint[]; readonly side: number }): LatentGrid;
  /**
   * The way back from the map: of all points at a place the one nearest to the mean of all encoded images. From a layout
   * there is none: there it is the posterior mean of the image that is nearest on the map, and one that several places in a row
   * lead to comes once. @param params.places x and y of each
   */
  mapPoints(params: MapAxes & { readonly places: Float32Array }): MapPoints;
  /** Decodes there, and says what is near. Latest wins within a `view`. */
  look(params: { readonly view: string; readonly place: LatentPlace; readonly nearest: number }): Probe;
  /**
   * Images whose posteriors are nearest to that of an image: 2-Wasserstein distance between the Gaussians. The image
   * itself is left out.
   */
  neighbours(params: { readonly of: Waypoint; readonly count: number }): NearImages | null;
}

/** What the explorer panel offers of it. */
export interface PanelLatentMethods {
  /** Null where no engine can answer. */
  look(params: { readonly place: LatentPlace; readonly nearest: number }): Probe | null;
  /** Of an image of the map, or of the encode cards. */
  neighbours(params: { readonly of: Waypoint; readonly count: number }): NearImages | null;
  /** Opens the interpolation view through images of the map. */
  interpolateImages(params: { readonly ids: readonly string[] }): void;
  /**
   * Opens the interpolation view on the way under a line on the map: x and y of its points. @param params.note what is held
   * where, for people
   */
  interpolateLine(params: MapAxes & { readonly places: Float32Array; readonly note: string }): void;
}
