/**
 * Protocol between the extension host and its webviews (the explorer panel and the interpolation view). Webviews pull data; the
 * host only notifies them of changes. The host validates every call against a schema before acting on it.
 */
import type { MetricRow } from '../domain/metrics';
import type { RunOutcome } from '../domain/run-outcome';
import type { EngineStatus } from './engine';
import type { LatentPath } from './latent';

/** Kinds of pictures that the panel can save. */
export const PICTURE_KINDS = ['traversals', 'manifold', 'samples', 'direction', 'analogy'] as const;
export type PictureKind = (typeof PICTURE_KINDS)[number];

/** Kinds of films that the panel can save. */
export const FILM_KINDS = ['traversals', 'time'] as const;
/** File formats of films, by the extensions of their names. */
export const FILM_FORMATS = ['mp4', 'webm', 'gif'] as const;
export type FilmFormat = (typeof FILM_FORMATS)[number];
export type FilmKind = (typeof FILM_KINDS)[number];

/** What the person does with the shown run, beyond its training. */
export const RUN_ACTIONS = [
  ...(['switch', 'compare', 'rename', 'notes', 'tag', 'export'] as const),
  ...(['attachClassifier', 'removeClassifier'] as const),
  ...(['trainAgain', 'trainLonger', 'reveal', 'delete'] as const),
] as const;
export type RunAction = (typeof RUN_ACTIONS)[number];

/** A tab of the explorer. */
export type TabId = 'train' | 'map' | 'dimensions' | 'directions' | 'samples';
/** A pane of the explorer's inspector. */
export type Pane = 'image' | 'selection' | 'here';

/** What a command wants to be in view. */
export interface Route {
  /** URI of the run that it belongs to. */
  readonly run: string;
  readonly tab?: TabId;
  readonly pane?: Pane;
  /** Image to inspect: the URI of an encoded file, or the id of an image of the dataset. */
  readonly image?: string;
  /** Ids of images to select. */
  readonly select?: readonly string[];
}

export interface AttentionView {
  /** Null if there is nothing to bring into view. */
  readonly route: Route | null;
  /** What a command is doing; empty for nothing. */
  readonly working: string;
}

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
  /** The name that a person gave the run, else that of its folder. */
  readonly name: string;
  /** What a person has written about the run, in any number of lines. */
  readonly notes: string;
  readonly tags: readonly string[];
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
  /** The cluster that the run was submitted to, and whether it may be training it; null if it was submitted to none. */
  readonly cluster: { readonly name: string; readonly isActive: boolean } | null;
  /** Outcome according to the folder. */
  readonly outcome: RunOutcome;
  readonly message: string;
  /** Of a training that diverged: a learning rate with which it may go on; else null. */
  readonly lowerLearningRate: number | null;
  /** False in an untrusted workspace, where nothing is trained and no model is opened. */
  readonly mayOpenModels?: boolean;
}

/** Rows of a run's curve. */
export interface CurvePart {
  readonly rows: readonly MetricRow[];
  /** False if earlier rows were left out, because the metrics file is very long. */
  readonly isWhole: boolean;
}

export interface ExplorerEvents {
  /** Pull `run` and `metrics` again. `run` is the URI of the run that is shown from here on: later calls are answered for it. */
  changed: { readonly step: number; readonly run: string | null };
  reconstructed: { readonly step: number };
  cardsChanged: object;
  /** Pull `attention`. */
  attentionChanged: object;
  /** Pull `mapFocus`. */
  mapFocusChanged: object;
  /** Pull `requestedDirection` and the saved directions. */
  directionsChanged: object;
  /** Pull `classifier`. */
  classifierChanged: object;
}

export interface InterpolationRequest {
  /** Name of the run that the path is of, and the URI of its folder. */
  readonly run: string;
  readonly uri: string;
  /** Names of the waypoints. */
  readonly names: readonly string[];
  /** Origin of the waypoints if they are not images; else empty. */
  readonly note: string;
  readonly path: LatentPath;
}

export const PATH_KINDS = ['linear', 'spherical'] as const;
export type PathKind = (typeof PATH_KINDS)[number];

/** A path that is being computed. */
export interface PathWait {
  /** Name of the run. */
  readonly run: string;
  /** Number of waypoints. */
  readonly waypoints: number;
}

/** A file that has been saved, by its path as users know it. */
export interface SavedFile {
  readonly path: string;
}

export interface InterpolationEvents {
  /** There is another path, or the same one with other weights. */
  changed: object;
  /** What is waited for has changed. */
  waiting: object;
  /** A command has asked for a path, which should come into view. */
  asked: object;
  /** A classifier was attached to a run, or removed: what it says about the path is to be asked again. */
  classifierChanged: object;
}
