/** Answers about a run's history: its snapshots applied to the same images and latent points. */
import type { Pictures } from '../domain/pictures';

export interface SnapshotList {
  /** Whether the run saves snapshots. */
  readonly kept: boolean;
  /** Training steps of the snapshots, ascending, up to the current step. */
  readonly steps: readonly number[];
  /** Training datapoints per step. */
  readonly minibatch: number;
}

/** Data of the tracked images that is the same at each step. */
export interface TimeImages {
  /** Ids of the images whose positions are shown: representative ones, drawn with the seed of the split. */
  readonly ids: readonly string[];
  /** Indices into `labelNames`, -1 for none; null if the dataset has no labels. */
  readonly labels: Int32Array | null;
  readonly labelNames: readonly string[] | null;
  /** 0 train, 1 validation, 2 test. */
  readonly splits: Uint8Array;
  /** Number of images in the dataset. */
  readonly total: number;
  /** Ids of the validation images that are reconstructed: those that represent them. */
  readonly shown: readonly string[];
  readonly originals: Pictures;
}

/** Positions of the images of `TimeImages`. */
export interface SnapshotPlaces {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** False if not requested, or if there are too many latent dimensions. */
  readonly aligned: boolean;
  /** Bounds of the newest snapshot's positions: left, right, bottom, top. */
  readonly frame: Float32Array;
  /** Fraction of the variance of the newest snapshot's means along each of its principal components; Nz values. */
  readonly shares: Float32Array;
}

export interface SnapshotView {
  readonly step: number;
  /** Step of the newest snapshot, to whose axes and positions the others are aligned. */
  readonly newest: number;
  /** Null if the dataset cannot be read. */
  readonly places: SnapshotPlaces | null;
  /** Reconstructions of `TimeImages.shown`; null if the dataset cannot be read. */
  readonly reconstructions: Pictures | null;
  /** count × Nz. */
  readonly z: Float32Array;
  readonly pictures: Pictures;
}
