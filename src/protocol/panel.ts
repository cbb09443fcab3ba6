/**
 * Protocol between the extension host and its webviews (the explorer panel and the interpolation view). Webviews pull data; the
 * host only notifies them of changes. The host validates every call against a schema before acting on it.
 */
import type { RunOutcome } from '../domain/run-outcome';
import type {
  CoordinateEdit,
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

/** Kinds of pictures that the panel can save. */
export const PICTURE_KINDS = ['traversals', 'manifold', 'samples', 'direction', 'analogy'] as const;
export type PictureKind = (typeof PICTURE_KINDS)[number];

/** The training objective and its modifications of the plain bound. */
export interface ObjectiveView {
  readonly estimator: string;
  /** Weight of the KL term; 1 for the plain bound. */
  readonly beta: number;
  /** In nats per dimension; 0 for none. */
  readonly freeBits: number;
}

/** The run shown by a view, as read from its folder; `live` is null if it has no live engine. */
export interface RunView {
  readonly uri: string;
  readonly name: string;
  readonly preset: string;
  /** `aevb` or `wake-sleep`; empty until known. */
  readonly algorithm: string;
  readonly dataset: string;
  readonly latent: number;
  /** Layer widths of the perceptron from image to image, like 784, 500, 20, 500, 784; empty for convolutional models. */
  readonly layers: readonly number[];
  /** Fingerprint of the dataset's images; empty until known. */
  readonly fingerprint: string;
  /** Label to print with every bound (likelihood, grey values, ...). */
  readonly boundLabel: string;
  /** Training objective; null until known. */
  readonly objective: ObjectiveView | null;
  readonly live: EngineStatus | null;
  /** Outcome according to the folder. */
  readonly outcome: RunOutcome;
  readonly message: string;
}

export interface ExplorerMethods
  extends PanelMapMethods, PanelTimeMethods, PanelLatentMethods, PanelDirectionMethods {
  /** Returns the run; called when a view is created, shown again or reloaded. */
  run(params: object): RunView | null;
  metrics(params: { readonly since: number }): readonly MetricRow[];
  reconstructions(params: object): Reconstructions | null;
  /** Returns the images last sent to `VAE: Encode`, newest first, encoded with the current weights. */
  cards(params: object): readonly (ImageCard | EncodeFailure)[];
  clearCards(params: object): void;
  /** Evaluates the current weights; training is suspended meanwhile. */
  evaluate(params: {
    readonly split: 'train' | 'validation' | 'test';
    readonly importance: number;
    readonly limit: number;
  }): Evaluation;
  /**
   * Traverses single latent dimensions around the origin (null), an encoded image or a point, with the current weights; returns
   * null if no engine can answer.
   */
  traverse(params: {
    readonly around: PathEnd | null;
    readonly edits: readonly CoordinateEdit[];
    readonly dimensions: readonly number[];
    readonly frames: number;
    readonly quantilesOf: SampleSource;
  }): Traversals | null;
  /** Decodes one point (Nz values); latest wins. */
  decodePoint(params: { readonly z: Float32Array }): Pictures;
  /** Decodes a grid over a surface, with the current weights; null if no engine can answer. */
  manifold(params: { readonly surface: Surface; readonly side: number }): Manifold | null;
  /** Decodes random draws, with the current weights; null if no engine can answer. */
  sample(params: {
    readonly from: SampleSource;
    readonly count: number;
    readonly seed: number;
  }): Samples | null;
  /** Asks for a file and writes the picture to it; false if the user cancels. `of` becomes part of the suggested name. */
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
  /** Pull `requestedDirection` and the saved directions. */
  directionsChanged: object;
}

export interface InterpolationRequest {
  /** Names of the waypoints. */
  readonly names: readonly string[];
  /** Origin of the waypoints if they are not images; else empty. */
  readonly note: string;
  readonly path: LatentPath;
}

export const PATH_KINDS = ['linear', 'spherical'] as const;
export type PathKind = (typeof PATH_KINDS)[number];

export interface InterpolationMethods {
  /** Returns the path to show; null if none has been requested. */
  current(params: object): InterpolationRequest | null;
  /** Decodes one frame. @param params.t a waypoint's number plus the fraction of the way to the next */
  frame(params: { readonly t: number; readonly kind: PathKind }): Pictures;
  /** Interpolates bilinearly between the first four waypoints. */
  grid(params: object): LatentGrid;
  /** Decodes many frames of a path. */
  film(params: { readonly kind: PathKind }): Pictures;
  /** Asks the user for the first two images, like the command. */
  pick(params: object): void;
  /** Asks for an image and appends it; false if the user cancels. */
  add(params: object): boolean;
  /** Reorders or removes waypoints. @param params.order numbers of the waypoints to keep, in order */
  arrange(params: { readonly order: readonly number[] }): void;
  /** Asks for a file and writes to it, as does `savePoints`; false if the user cancels. */
  savePicture(params: {
    readonly name: 'path-strip' | 'path' | 'path-grid';
    readonly format: 'png' | 'gif';
    readonly bytes: Uint8Array;
  }): boolean;
  savePoints(params: { readonly kind: PathKind; readonly format: 'json' | 'npy' }): boolean;
  /** Opens one of the nearest images. */
  openImage(params: { readonly uri: string }): void;
}

export interface InterpolationEvents {
  changed: object;
}
