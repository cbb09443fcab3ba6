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
  /** Ids of the images that are followed: representative ones, drawn with the seed of the split. */
  readonly ids: readonly string[];
  /** The class of each, -1 for none; null if the dataset has no labels. */
  readonly labels: Int32Array | null;
  /** Number of images in the dataset. */
  readonly total: number;
  /** Ids of the validation images that are reconstructed: those that represent them. */
  readonly shown: readonly string[];
  readonly originals: Pictures;
}

/** Where the tracked images were at a step, on two axes of the map. */
export interface SnapshotPlaces {
  /** Indices of these images among those of the map. */
  readonly indices: Uint32Array;
  /** Coordinates of each along the axes. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** False if not requested, or if there are too many latent dimensions. */
  readonly aligned: boolean;
}

export interface SnapshotView {
  readonly step: number;
  /** Reconstructions of `TimeImages.shown`; null if the dataset cannot be read. */
  readonly reconstructions: Pictures | null;
  /** count × Nz. */
  readonly z: Float32Array;
  readonly pictures: Pictures;
}
