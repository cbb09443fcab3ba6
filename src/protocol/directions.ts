/** Protocol for latent directions: from one set of images to another, or along a principal component. */
import type { Pictures } from '../domain/pictures';
import type { PathEnd } from './points';
import type { Direction, DirectionRequest, SavedDirection, SavedDirections } from '../domain/direction';

/** A point moved along a direction. */
export interface Along {
  /** The point itself, Nz values. */
  readonly origin: Float32Array;
  /** Its projection on the direction: 0 at the direction's start, 1 at its end. */
  readonly place: number;
  /** places × Nz. */
  readonly z: Float32Array;
  readonly pictures: Pictures;
  readonly step: number;
}

/** An analogy: A is to B as C is to D. */
export interface Analogy {
  /** 4 × Nz: A, B and C, and C + (B - A). */
  readonly z: Float32Array;
  /** The four pictures decoded from `z`. */
  readonly pictures: Pictures;
  readonly step: number;
}

/** Direction methods of both the engine and the panel. */
export interface DirectionMethods {
  /** Computes a direction from the encoded images of the map. @throws `not-ready` before they are encoded */
  makeDirection(params: DirectionRequest): Direction;
  analogy(params: { readonly a: PathEnd; readonly b: PathEnd; readonly c: PathEnd }): Analogy;
  /** Moves a point along a direction. @param params.around null for the origin @throws `bad-input` if Nz differs */
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

/** Direction methods of the explorer panel. */
export interface PanelDirectionMethods extends DirectionMethods {
  directions(params: object): SavedDirections;
  /** Saves a direction. @throws if a direction with this name exists */
  saveDirection(params: {
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly direction: Direction;
  }): SavedDirection;
  /** Deletes a direction after confirmation; false if the user cancels. */
  deleteDirection(params: { readonly file: string }): boolean;
  /** Opens the direction's file. */
  openDirection(params: { readonly file: string }): void;
  /** Returns and clears the direction that a command has asked the panel to show; null if there is none. */
  requestedDirection(params: object): RequestedDirection | null;
}
