/**
 * Between the extension host and its webviews (the explorer panel and the interpolation view). The webview pulls; the
 * host pushes only "something changed". The host checks every call against a schema before it acts on it.
 */
import type { RunOutcome } from '../domain/run-outcome';
import type {
  Edit,
  EncodeFailure,
  EngineStatus,
  Evaluation,
  Manifold,
  Reconstructions,
  SampleSource,
  Samples,
  Surface,
  Traversals,
} from './engine';
import type { PanelDirectionMethods } from './directions';
import type { LatentGrid, LatentPath, PanelLatentMethods } from './latent';
import type { PanelMapMethods } from './map';
import type { MetricRow } from '../domain/metrics';
import type { ImageCard, Pictures } from '../domain/pictures';
import type { PanelTimeMethods } from './time';
import type { PathEnd } from './points';

/** Pictures of the panel that can be saved. */
export const PICTURE_KINDS = ['traversals', 'manifold', 'samples', 'direction', 'analogy'] as const;
export type PictureKind = (typeof PICTURE_KINDS)[number];

/** What training ascends beside the plain bound. */
export interface ObjectiveView {
  readonly estimator: string;
  /** Weight of the KL; 1 is the plain bound. */
  readonly beta: number;
  /** In nats per dimension; 0 for none. */
  readonly freeBits: number;
}

/** The run a view shows, as read from its folder; null status means that no engine is alive for it. */
export interface RunView {
  readonly uri: string;
  readonly name: string;
  readonly preset: string;
  /** `aevb` or `wake-sleep`; empty while it is not known. */
  readonly algorithm: string;
  readonly dataset: string;
  readonly latent: number;
  /** Widths of the perceptron's layers from image to image, such as 784, 500, 20, 500, 784; none where it has convolutions. */
  readonly layers: readonly number[];
  /** Of the dataset's images; empty while it is not known. */
  readonly fingerprint: string;
  /** The label that goes with every printed bound (likelihood, grey values, ...). */
  readonly boundLabel: string;
  /** What training ascends; null while it is not known. */
  readonly objective: ObjectiveView | null;
  readonly live: EngineStatus | null;
  /** From the folder. */
  readonly outcome: RunOutcome;
  readonly message: string;
}

export interface ExplorerMethods
  extends PanelMapMethods, PanelTimeMethods, PanelLatentMethods, PanelDirectionMethods {
  /** The view's whole state at once: called when a view is created, shown again or reloaded. */
  run(params: object): RunView | null;
  metrics(params: { readonly since: number }): readonly MetricRow[];
  reconstructions(params: object): Reconstructions | null;
  /** The images last sent to `VAE: Encode`, newest first, encoded with the current weights. */
  cards(params: object): readonly (ImageCard | EncodeFailure)[];
  clearCards(params: object): void;
  /** Measures the current weights; training stands still meanwhile. */
  evaluate(params: {
    readonly split: 'train' | 'validation' | 'test';
    readonly importance: number;
    readonly limit: number;
  }): Evaluation;
  /**
   * Single latent dimensions around the origin (null), an encoded image or a point, on the current weights; null where no
   * engine can answer.
   */
  traverse(params: {
    readonly around: PathEnd | null;
    readonly edits: readonly Edit[];
    readonly dimensions: readonly number[];
    readonly frames: number;
    readonly quantilesOf: SampleSource;
  }): Traversals | null;
  /** The picture of one point, Nz numbers; latest wins. */
  decodePoint(params: { readonly z: Float32Array }): Pictures;
  /** The decoder over a surface, on the current weights; null where no engine can answer. */
  manifold(params: { readonly surface: Surface; readonly side: number }): Manifold | null;
  /** Decoded random draws, on the current weights; null where no engine can answer. */
  sample(params: {
    readonly from: SampleSource;
    readonly count: number;
    readonly seed: number;
  }): Samples | null;
  /** Asks where to, and writes a picture there; false where the person gave up. `of` becomes part of its name. */
  savePicture(params: { readonly of: PictureKind; readonly png: Uint8Array }): boolean;
  stop(params: object): void;
  pause(params: object): void;
  continueTraining(params: object): void;
  resume(params: object): void;
  train(params: object): void;
  /** Opens the interpolation view through encoded images, by their URIs from `cards`. */
  interpolateCards(params: { readonly uris: readonly string[] }): void;
  openImage(params: { readonly uri: string }): void;
  showLog(params: object): void;
}

export interface ExplorerEvents {
  /** Pull `run` and `metrics` again. */
  changed: { readonly step: number };
  reconstructed: { readonly step: number };
  cardsChanged: object;
  /** Pull `mapFocus`. */
  mapFocusChanged: object;
  /** Pull `requestedDirection`; the saved ones may be others. */
  directionsChanged: object;
}

export interface InterpolationRequest {
  /** Of the waypoints. */
  readonly names: readonly string[];
  /** Where the points are from where they are no images; else empty. */
  readonly note: string;
  readonly path: LatentPath;
}

export const PATH_KINDS = ['linear', 'spherical'] as const;
export type PathKind = (typeof PATH_KINDS)[number];

export interface InterpolationMethods {
  /** The path to show, or null when none was asked for yet. */
  current(params: object): InterpolationRequest | null;
  /** @param params.t a waypoint's number, and which part of the way from there to the next */
  frame(params: { readonly t: number; readonly kind: PathKind }): Pictures;
  /** Bilinear between the first four waypoints. */
  grid(params: object): LatentGrid;
  /** Many frames of a path. */
  film(params: { readonly kind: PathKind }): Pictures;
  /** Asks for the first two images, as the command does. */
  pick(params: object): void;
  /** Asks for an image, and adds it at the end; false where the person gave none. */
  add(params: object): boolean;
  /** The waypoints by their numbers, in another order or fewer of them. */
  arrange(params: { readonly order: readonly number[] }): void;
  /** Each asks where to, and writes a file there; false where the person gave up. */
  savePicture(params: {
    readonly name: 'path-strip' | 'path' | 'path-grid';
    readonly format: 'png' | 'gif';
    readonly bytes: Uint8Array;
  }): boolean;
  savePoints(params: { readonly kind: PathKind; readonly format: 'json' | 'npy' }): boolean;
  /** One of the nearest images. */
  openImage(params: { readonly uri: string }): void;
}

export interface InterpolationEvents {
  changed: object;
}
