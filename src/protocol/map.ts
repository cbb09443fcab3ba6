/** The map: every image of a run's dataset by its posterior. Bulk data comes in pieces, as typed arrays. */
import type { LayoutMethods, LayoutState, MapLayout } from './layout';
import type { ImageCard, Pictures } from '../domain/pictures';

/** Most images of one piece, and of one call for cards or pictures. */
export const MAP_PIECE = 50_000;
export const MAX_MAP_CARDS = 64;
export const MAX_MAP_PICTURES = 2000;
export const MAX_NEAR_PAIRS = 1000;

/** The images as they were last encoded, kept in the run folder. */
export interface MapSet {
  /** Names these images at this step: a call that names another set fails as `superseded`. */
  readonly key: string;
  /** Training step of the weights. */
  readonly step: number;
  readonly count: number;
  /** Nz. */
  readonly dimensions: number;
  /** Names of the classes; null where the dataset has no labels. */
  readonly labelNames: readonly string[] | null;
  /** Share of the variance of the posterior means along each principal component, from 0 to 1; Nz numbers, descending. */
  readonly shares: Float32Array;
  /** What `umap:0` and `umap:1` are; null where these images have no layout. */
  readonly layout: MapLayout | null;
}

export interface MapState {
  /** Null where the images were not encoded yet. */
  readonly set: MapSet | null;
  /** Training step of the model as it is now; null while there is none. */
  readonly step: number | null;
  /** The encoding that is under way, in images. */
  readonly job: { readonly done: number; readonly total: number } | null;
  /** Why the last encoding failed, or empty. */
  readonly error: string;
  readonly layout: LayoutState;
}

/**
 * A number for each image: `mean:3` is the posterior mean in a dimension, `pc:0` the place along a principal component,
 * `umap:0` and `umap:1` the places of the layout; `norm` is |z| of the mean; bounds in nats.
 */
export type MapColumn =
  'elbo' | 'reconstruction' | 'kl' | 'norm' | `mean:${number}` | `pc:${number}` | 'umap:0' | 'umap:1';

export interface MapPiece {
  readonly key: string;
  readonly first: number;
  /** At most `MAP_PIECE`. */
  readonly count: number;
}

/** What does not change with the weights: who the images are. */
export interface MapImages {
  /** Stable ids: paths relative to the dataset's root, `#index` inside a container file. */
  readonly ids: readonly string[];
  /** Numbers of `labelNames`, -1 for none; null where the dataset has no labels. */
  readonly labels: Int32Array | null;
  /** 0 train, 1 validation, 2 test. */
  readonly splits: Uint8Array;
}

/** Something that is known of the images beside their pixels, such as a column of the table with their labels. */
export interface MapField {
  readonly name: string;
  /** The different texts of a column of texts; null for numbers. */
  readonly names: readonly string[] | null;
}

/** What the model says of an image of the dataset. */
export interface MapCard extends Omit<ImageCard, 'uri'> {
  readonly id: string;
  /** Null where the image is inside a container file. */
  readonly uri: string | null;
}

/** Two images whose posteriors are nearly the same. */
export interface NearPair {
  readonly first: string;
  readonly second: string;
  /** 2-Wasserstein distance between the two Gaussians. */
  readonly distance: number;
}

/** What an engine and a panel offer alike. */
export interface MapMethods extends LayoutMethods<MapState> {
  /** Encodes all images as background work; answers at once. One that is under way goes on. */
  encodeAll(params: object): MapState;
  /** The images of before stay. */
  cancelEncodeAll(params: object): void;
  mapImages(params: MapPiece): MapImages;
  mapColumn(params: MapPiece & { readonly column: MapColumn }): Float32Array;
  mapFields(params: { readonly key: string }): readonly MapField[];
  /** Numbers as they stand in the table, NaN for none; of a column of texts their numbers, -1 for none. */
  mapField(params: MapPiece & { readonly name: string }): Float64Array;
  /** Encoded with the current weights, in the order of `ids`. @throws `not-found` for an id that the map does not have */
  mapCards(params: { readonly ids: readonly string[] }): readonly MapCard[];
  /** The `count` pairs of images that lie nearest to each other, the nearest first. Can be cancelled. */
  mapNearPairs(params: { readonly key: string; readonly count: number }): readonly NearPair[];
  /** The images themselves, in the model's shape. */
  mapPictures(params: { readonly ids: readonly string[] }): Pictures;
}

export interface EngineMapMethods extends MapMethods {
  map(params: object): MapState;
}

export const IMAGE_ACTIONS = ['open', 'reveal', 'copyPaths', 'tag', 'exclude'] as const;
export type ImageAction = (typeof IMAGE_ACTIONS)[number];
/** Most files that are opened at once, each in an editor of its own. */
export const MAX_OPENED_IMAGES = 10;

export interface ImageActionResult {
  /** How many images it was done to: not all of them are opened or can be revealed. */
  readonly done: number;
}

export interface MapTag {
  readonly name: string;
  readonly ids: readonly string[];
}

/** What the explorer panel offers beside that. */
export interface PanelMapMethods extends MapMethods {
  /** Null while no engine can be asked. */
  map(params: object): MapState | null;
  openMapImage(params: { readonly id: string }): void;
  /** What a person does with chosen images. `tag` asks for its name; `exclude` leaves them out of the next training. */
  actOnImages(params: { readonly action: ImageAction; readonly ids: readonly string[] }): ImageActionResult;
  /** Asks where to, and writes a table there; false where the person gave no place. */
  exportTable(params: { readonly csv: string }): boolean;
  /** Named sets of images, kept beside the run. */
  mapTags(params: object): readonly MapTag[];
  removeTag(params: { readonly name: string }): void;
  /** Ids of the dataset's images that are left out of the next training. */
  excludedImages(params: object): readonly string[];
  /** Leaves none out any more. */
  includeAgain(params: object): void;
  /** The images that `VAE: Show on Map` was last asked for; empty once they were told. */
  mapFocus(params: object): readonly string[];
}
