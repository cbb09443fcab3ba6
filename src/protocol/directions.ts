/** Answers about latent directions. */
import type { Direction } from '../domain/direction';
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

/** How the encodings of some images vary among themselves. */
export interface SelectionSpread {
  /** Number of images. */
  readonly images: number;
  /** Mean of their posterior means, Nz values. */
  readonly mean: Float32Array;
  /** By variance, descending; without those along which they do not vary. */
  readonly components: readonly SpreadComponent[];
  /** Standard deviations from the mean, as asked for. */
  readonly steps: Float32Array;
  /** components × steps × Nz. */
  readonly z: Float32Array;
  /** components × steps pictures. */
  readonly pictures: Pictures;
  /** Training step of the weights used to decode. */
  readonly step: number;
}

/** A principal component of the posterior means of some images. */
interface SpreadComponent {
  /** Fraction of their variance along it, and their standard deviation. */
  readonly share: number;
  readonly deviation: number;
  /** From one standard deviation below their mean to one above. */
  readonly direction: Direction;
}

/** A saved direction by its file, or the three images of an analogy by their URIs. */
export type RequestedDirection =
  { readonly file: string } | { readonly analogy: readonly [a: string, b: string, c: string] };
