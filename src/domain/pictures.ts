import type { Bound } from './metrics';

/** `count` images of one shape; `bytes` holds count × height × width × channels, row-major, channels last (1 grey, 3 RGB). */
export interface Pictures {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly count: number;
  readonly bytes: Uint8Array;
}

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
