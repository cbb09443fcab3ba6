/** Answers about the map of all images of a run's dataset by their posteriors. Bulk data is sent in pieces, as typed arrays. */
import type { LayoutState, MapLayout } from './layout';
import type { ImageCard } from '../domain/pictures';

/** Maximum images per piece, and per call for cards or pictures; maximum pairs per call. */
export const MAX_PIECE_IMAGES = 50_000;
export const MAX_MAP_CARDS = 64;
export const MAX_MAP_PICTURES = 2000;
export const MAX_NEAR_PAIRS = 1000;

/** The latest encoding of the images, saved in the run folder. */
export interface MapSet {
  /** Identifies these images at this step; calls with a stale key fail with `superseded`. */
  readonly key: string;
  /** Training step of the weights. */
  readonly step: number;
  readonly count: number;
  /** Nz, the latent dimension. */
  readonly dimensions: number;
  /** Names of the classes; null if the dataset has no labels. */
  readonly labelNames: readonly string[] | null;
  /** Fraction of the variance of the posterior means along each principal component; Nz values, descending. */
  readonly shares: Float32Array;
  /** The layout behind `umap:0` and `umap:1`; null if these images have none. */
  readonly layout: MapLayout | null;
  /** False for a model that was trained elsewhere, whose likelihood is not known; absent for all others. */
  readonly hasBounds?: false;
}

export interface MapState {
  /** Null if the images have not been encoded yet. */
  readonly set: MapSet | null;
  /** Training step of the current weights; null while there is no model. */
  readonly step: number | null;
  /** Number of images of the run's dataset; null while there is no model. */
  readonly images: number | null;
  /** Progress of a running encoding, in images. */
  readonly job: { readonly done: number; readonly total: number } | null;
  /** Why the last encoding failed, or empty. */
  readonly error: string;
  readonly layout: LayoutState;
}

/**
 * A value per image: `mean:3` is the posterior mean in a dimension, `pc:0` the coordinate on a principal component, `umap:0` and
 * `umap:1` are the coordinates of the layout; `norm` is |z| of the posterior mean; bounds are in nats.
 */
export type MapColumn =
  'elbo' | 'reconstruction' | 'kl' | 'norm' | `mean:${number}` | `pc:${number}` | 'umap:0' | 'umap:1';

/** Data of the images that does not depend on the weights. */
export interface MapImages {
  /** Stable ids: paths relative to the dataset's root, `#index` inside a container file. */
  readonly ids: readonly string[];
  /** Indices into `labelNames`, -1 for none; null if the dataset has no labels. */
  readonly labels: Int32Array | null;
  /** 0 train, 1 validation, 2 test. */
  readonly splits: Uint8Array;
}

/** A metadata column of the images, for example of the table with their labels. */
export interface MapField {
  readonly name: string;
  /** The distinct values of a text column; null for a numeric column. */
  readonly names: readonly string[] | null;
}

/** Posterior, reconstruction and bound of a dataset image. */
export interface MapCard extends Omit<ImageCard, 'uri'> {
  readonly id: string;
  /** Null if the image is inside a container file. */
  readonly uri: string | null;
}

/** The ids of two images with nearly equal posteriors. */
export interface NearPair {
  readonly first: string;
  readonly second: string;
  /** 2-Wasserstein distance between the two Gaussians. */
  readonly distance: number;
}

export const IMAGE_ACTIONS = ['open', 'reveal', 'copyPaths', 'tag', 'exclude'] as const;
export type ImageAction = (typeof IMAGE_ACTIONS)[number];
/** Maximum files opened at once, each in a separate editor. */
export const MAX_OPENED_IMAGES = 10;

export interface ImageActionResult {
  /** Number of images acted on: not all are opened or can be revealed. */
  readonly done: number;
}

export interface MapTag {
  readonly name: string;
  readonly ids: readonly string[];
}
