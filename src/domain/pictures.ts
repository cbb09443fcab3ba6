import type { Bound } from './metrics';

/** `count` images of one shape; `bytes` holds count × height × width × channels, row-major, channels last (1 grey, 3 RGB). */
export interface Pictures {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** Pictures that a model decoded. */
export interface DecodedPictures extends Pictures {
  /** Training step of the weights used. Missing from older engines. */
  readonly step?: number;
}

/** Converts means of p(x|z) in [0, 1] to bytes, rounding to the nearest. */
export const meansToBytes = (means: Float32Array): Uint8Array =>
  Uint8Array.from(means, (value) => Math.round(value * 255));

/** The model's results for one image. */
export interface ImageCard extends Bound {
  readonly uri: string;
  /** File name, as text. */
  readonly name: string;
  readonly original: Pictures;
  /** Decoded from the posterior mean. */
  readonly reconstructed: Pictures;
  /** Posterior mean and standard deviation, and the KL of each dimension in nats; Nz numbers each. */
  readonly mean: Float32Array;
  readonly standardDeviation: Float32Array;
  readonly klPerDimension: Float32Array;
  /** Training step of the weights used. */
  readonly step: number;
}
