/** Directions of latent space: from one set of images to another, or along a principal component. */
import type { PathEnd } from './engine';
import type { Pictures } from './pictures';

/** Images of one kind: those with a label, those named, or all that are not in the other set. */
export type ImageSet =
  { readonly label: string } | { readonly ids: readonly string[] } | { readonly rest: true };

/** What a direction is of. `seed` divides the sets into halves, and at random. */
export type DirectionRequest =
  { readonly a: ImageSet; readonly b: ImageSet; readonly seed: number } | { readonly component: number };

/** A measure, and what the same came to over random divisions of the same images. */
export interface Measured {
  /** Null where the held-out images do not vary along the direction. */
  readonly value: number | null;
  readonly chanceMean: number;
  readonly chance95: number;
}

/** How a direction that is fitted on a random half of each set does on the other half. */
export interface DirectionScore {
  /** Cosine between the directions of the two halves. */
  readonly agreement: Measured;
  /** Cohen's d of the held-out images along the direction of the others. */
  readonly effect: Measured;
  /** Random divisions. */
  readonly rounds: number;
  readonly seed: number;
}

/** Of all images of both sets; the posterior means are those of the map. */
export interface Direction {
  /** Nz: from the mean of A to the mean of B; for a component from one standard deviation below its mean to one above. */
  readonly vector: Float32Array;
  /** Nz: the place 0; `vector` farther is the place 1. */
  readonly start: Float32Array;
  /** Images of A and of B; those in both are left out. For a component all images, and 0. */
  readonly counts: readonly [number, number];
  /** Images that were in both sets. */
  readonly inBoth: number;
  /** Null for a component, and where a set has fewer than four images. */
  readonly score: DirectionScore | null;
  /** Training step of the weights, and the dataset's fingerprint. */
  readonly step: number;
  readonly fingerprint: string;
}

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

/** A direction as it is kept in the workspace. */
export interface SavedDirection extends Direction {
  readonly name: string;
  /** What A and B are, in words; for a component what it is, and nothing. */
  readonly from: string;
  readonly to: string;
  /** Name of the run that it was made with. */
  readonly run: string;
  /** Name of its file. */
  readonly file: string;
}

export interface SavedDirections {
  readonly directions: readonly SavedDirection[];
  /** Files that are none, and why. */
  readonly damaged: readonly string[];
}

/** A saved direction by its file, or the three images of an analogy by their URIs. */
export type DirectionWish =
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
  directionWish(params: object): DirectionWish | null;
}
