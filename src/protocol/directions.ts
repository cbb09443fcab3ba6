/** Answers about latent directions. */
import type { Pictures } from '../domain/pictures';

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

/** A saved direction by its file, or the three images of an analogy by their URIs. */
export type RequestedDirection =
  { readonly file: string } | { readonly analogy: readonly [a: string, b: string, c: string] };
