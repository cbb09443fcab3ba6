/** Directions of latent space: from one set of images to another, or along a principal component. */
import type { Pictures } from '../domain/pictures';
import type { PathEnd } from './points';
import type { Direction, DirectionRequest, SavedDirection, SavedDirections } from '../domain/direction';

/** A point moved along a direction. */
export interface Along {
  /** Nz: the point itself. */
  readonly origin: Float32Array;
  /** Where it lies: 0 abreast of the direction's start, 1 of its end. */
  readonly place: number;
  /** places × Nz. */
  readonly z: Float32Array;
  readonly pictures: Pictures;
  readonly step: number;
}

/** A is to B as C is to D. */
export interface Analogy {
  /** 4 × Nz: A, B and C, and C + (B - A). */
  readonly z: Float32Array;
  /** Decoded from these. */
  readonly pictures: Pictures;
  readonly step: number;
}

/** What an engine and a panel offer alike. */
export interface DirectionMethods {
  /** From the images as they were encoded for the map. @throws `not-ready` before there is one */
  makeDirection(params: DirectionRequest): Direction;
  analogy(params: { readonly a: PathEnd; readonly b: PathEnd; readonly c: PathEnd }): Analogy;
  /** @param params.around null for the origin @throws `bad-input` for a direction of other dimensions than the model's */
  along(params: {
    readonly around: PathEnd | null;
    readonly start: Float32Array;
    readonly vector: Float32Array;
    readonly places: Float32Array;
  }): Along;
}

/** A saved direction by its file, or the three images of an analogy by their URIs. */
export type RequestedDirection =
  { readonly file: string } | { readonly analogy: readonly [a: string, b: string, c: string] };

/** What the explorer panel offers beside that. */
export interface PanelDirectionMethods extends DirectionMethods {
  directions(params: object): SavedDirections;
  /** @throws where there is one of this name */
  saveDirection(params: {
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly direction: Direction;
  }): SavedDirection;
  /** Asks first; false where the person thought better of it. */
  deleteDirection(params: { readonly file: string }): boolean;
  /** Opens its file. */
  openDirection(params: { readonly file: string }): void;
  /** What a command asks the panel to show; null once it was told. */
  requestedDirection(params: object): RequestedDirection | null;
}
