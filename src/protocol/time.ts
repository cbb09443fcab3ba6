/** A run through time: what the weights that it kept at growing steps make of the same images and the same points. */
import type { MapColumn } from './map';
import type { Pictures } from '../domain/pictures';

export interface SnapshotList {
  /** Whether the run keeps weights on its way. */
  readonly kept: boolean;
  /** Training steps of those that it kept, ascending; none is later than the weights of now. */
  readonly steps: readonly number[];
  /** Training datapoints seen in a step. */
  readonly minibatch: number;
}

/** The same at each step. */
export interface TimeImages {
  /** Images of the dataset, chosen by the seed of its split: those whose places are shown. */
  readonly ids: readonly string[];
  /** Numbers of `labelNames`, -1 for none; null where the dataset has no labels. */
  readonly labels: Int32Array | null;
  readonly labelNames: readonly string[] | null;
  /** 0 train, 1 validation, 2 test. */
  readonly splits: Uint8Array;
  /** Images of the whole dataset. */
  readonly total: number;
  /** Images of the validation split that are reconstructed. */
  readonly shown: readonly string[];
  readonly originals: Pictures;
}

/** What is decoded at each step: a grid over the first two dimensions, or draws of the prior; the same z every time. */
export type TimePoints = { readonly side: number } | { readonly count: number; readonly seed: number };

export interface SnapshotRequest {
  readonly step: number;
  /** `pc:1` or `mean:3`: components and dimensions are those of the newest snapshot. */
  readonly axes: readonly [x: MapColumn, y: MapColumn];
  /** Whether each step's places are turned (or mirrored) about the origin to lie nearest to those of the newest. */
  readonly align: boolean;
  readonly points: TimePoints;
}

/** Where the images of `TimeImages` are. */
export interface SnapshotPlaces {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** False where it was not asked for, or there are too many dimensions for it. */
  readonly aligned: boolean;
  /** Where the places of the newest snapshot end: left, right, bottom, top. */
  readonly frame: Float32Array;
  /** Share of the variance of the newest snapshot's means along each of its principal components; Nz numbers. */
  readonly shares: Float32Array;
}

export interface SnapshotView {
  readonly step: number;
  /** The newest snapshot, whose axes and places the others are brought to. */
  readonly newest: number;
  /** Null where the dataset cannot be read (any more). */
  readonly places: SnapshotPlaces | null;
  /** Of `TimeImages.shown`, likewise. */
  readonly reconstructions: Pictures | null;
  /** count × Nz. */
  readonly z: Float32Array;
  readonly pictures: Pictures;
}

/** What an engine and a panel offer alike, but for a panel's null where no engine can be asked. */
export interface EngineTimeMethods {
  snapshots(params: object): SnapshotList;
  /** @throws where the dataset cannot be read */
  timeImages(params: object): TimeImages;
  /** Works with weights of its own: training is held up for turns of some 100 ms at most. @throws `not-found` for another step */
  atSnapshot(params: SnapshotRequest): SnapshotView;
}
export type PanelTimeMethods = {
  [K in keyof EngineTimeMethods]: (
    params: Parameters<EngineTimeMethods[K]>[0],
  ) => ReturnType<EngineTimeMethods[K]> | null;
};
