/**
 * Between a front end (VS Code, `vae`) and the engine process. `hello`, `status` and `stop` are frozen for ever: a
 * newer front end can watch and stop an older engine. Paths are `file:` URIs, images are bytes, row-major, channels last.
 */
import type { DirectionMethods } from './directions';
import type { EngineLatentMethods } from './latent';
import type { EngineMapMethods } from './map';
import type { MetricRow } from '../domain/metrics';
import type { ImageCard, Pictures } from '../domain/pictures';
import type { EngineTimeMethods } from './time';
import type { DecodedPoints, PathEnd } from './points';

export const PROTOCOL_VERSION = 1;

export type RunState =
  'preparing' | 'training' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'failed' | 'serving';

export interface EngineStatus {
  readonly state: RunState;
  /** What is going on, for people: `reading images 1200 / 5000`, an error's text, or empty. */
  readonly message: string;
  readonly runUri: string;
  readonly step: number;
  /** Training datapoints seen. */
  readonly samples: number;
  /** Where training ends by plan; null while it is not known. */
  readonly totalSamples: number | null;
  readonly samplesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** Newest bounds, in nats per datapoint. */
  readonly trainBound: number | null;
  readonly validationBound: number | null;
  /** Which engine runs the model, such as `tensorflow (2 threads)`, and why it was chosen. */
  readonly engine: string;
}

export interface Hello {
  readonly protocol: number;
  readonly product: string;
  readonly mode: 'train' | 'serve';
  readonly pid: number;
}

/** Bounds of one split, in nats per datapoint: elbo = reconstruction - kl. */
export interface Evaluation {
  readonly split: string;
  readonly count: number;
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
  /** Standard error of `elbo` over datapoints. */
  readonly standardError: number;
  readonly klPerDimension: Float32Array;
  readonly step: number;
  readonly samplesPerDatapoint: number;
  readonly seed: number;
  /** What the likelihood is and what was done to the inputs; part of every printed number. */
  readonly label: string;
  /** Latent dimensions whose posterior mean varies over the images (variance above 0.01). Not said by older engines. */
  readonly activeUnits?: number;
  /** Of `elbo`; null where the likelihood gives no probability to the images' bytes. Not said by older engines. */
  readonly bitsPerDimension?: number | null;
  /** Null where it was not asked for. Not said by older engines. */
  readonly importance?: ImportanceBound | null;
}

/** L_k, the importance-weighted bound of k draws per image: between the bound and log p(x), in nats per datapoint. */
export interface ImportanceBound {
  readonly k: number;
  readonly value: number;
  /** Standard error of `value` over datapoints. */
  readonly standardError: number;
  readonly bitsPerDimension: number | null;
}

export interface EncodeFailure {
  readonly uri: string;
  readonly error: string;
}

export interface Interpolation {
  /** Posterior means of the two ends, Nz numbers each. */
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly linear: Pictures;
  readonly spherical: Pictures;
  readonly step: number;
}

/** Originals beside their reconstructions (posterior mean through the decoder), the same images every time. */
export interface Reconstructions {
  readonly ids: readonly string[];
  readonly originals: Pictures;
  readonly reconstructions: Pictures;
  readonly step: number;
}

/** A coordinate that is to be another. */
export interface Edit {
  readonly dimension: number;
  readonly value: number;
}

/** Single latent dimensions varied around a point, all others held. */
export interface Traversals {
  /** Nz numbers: the point as it was asked for (an image's posterior mean, on these weights), and with its edits. */
  readonly origin: Float32Array;
  readonly centre: Float32Array;
  /** Decoded from `centre`. */
  readonly picture: Pictures;
  /** dimensions × frames: the coordinate that varies. */
  readonly values: Float32Array;
  /** dimensions × frames pictures. */
  readonly pictures: Pictures;
  readonly step: number;
}

/** A two-dimensional surface in latent space: two dimensions, all others 0, or the plane through three points. */
export type Surface =
  | { readonly dimensions: readonly [across: number, up: number] }
  | { readonly through: readonly [PathEnd, PathEnd, PathEnd] };

/** side² points of a surface, row by row from the top. */
export interface Manifold extends DecodedPoints {
  /** Where a plane's three points lie, from left and top, as parts of the side: x and y of each. Else empty. */
  readonly marks: Float32Array;
}

/** What samples and quantiles are of: N(0, I), or the normal distribution fitted to the aggregate posterior. */
export type SampleSource = 'prior' | 'aggregate';

export interface Samples extends DecodedPoints {
  /** Training images that the aggregate posterior was fitted on; null for the prior. */
  readonly fittedOn: number | null;
}

export interface EngineMethods
  extends EngineMapMethods, EngineTimeMethods, EngineLatentMethods, DirectionMethods {
  hello(params: { readonly protocol: number; readonly token: string }): Hello;
  status(params: object): EngineStatus;
  /** Stops at a checkpoint; answers when it is written. The process ends soon after. */
  stop(params: object): void;
  pause(params: object): void;
  continueTraining(params: object): void;
  /** Rows after step `since` (all for -1), in order. */
  metrics(params: { readonly since: number }): readonly MetricRow[];
  reconstructions(params: object): Reconstructions | null;
  encode(params: { readonly uris: readonly string[] }): readonly (ImageCard | EncodeFailure)[];
  /** Means of p(x|z) for `count` points in `z` (count × Nz). Latest wins within a `view`: older ones fail as `superseded`. */
  decode(params: { readonly view: string; readonly z: Float32Array; readonly count: number }): Pictures;
  interpolate(params: {
    readonly from: PathEnd;
    readonly to: PathEnd;
    readonly frames: number;
  }): Interpolation;
  /** One frame of a path at t in [0, 1]. Latest wins within a `view`. */
  pathFrame(params: {
    readonly view: string;
    readonly from: Float32Array;
    readonly to: Float32Array;
    readonly t: number;
    readonly spherical: boolean;
  }): Pictures;
  /**
   * Decodes `frames` quantiles of each of some dimensions around a point, the origin for null.
   * @param params.edits coordinates that differ from those of the point
   */
  traverse(params: {
    readonly around: PathEnd | null;
    readonly edits: readonly Edit[];
    readonly dimensions: readonly number[];
    readonly frames: number;
    readonly quantilesOf: SampleSource;
  }): Traversals;
  /** The decoder over a surface (Figure 4 of the paper): equal shares of the prior, or equal steps on a plane. */
  manifold(params: { readonly surface: Surface; readonly side: number }): Manifold;
  /** Decoded random draws (Figure 5 of the paper); a pure function of weights, source and seed. */
  sample(params: { readonly from: SampleSource; readonly count: number; readonly seed: number }): Samples;
  /**
   * Everything that is measured of a split; training stands still meanwhile.
   * @param params.importance k of the importance-weighted bound; 0 or nothing to leave it out
   * @param params.limit so many images, spread evenly over the split; nothing for all
   */
  evaluate(params: {
    readonly split: string;
    readonly importance?: number;
    readonly limit?: number;
  }): Evaluation;
}

export interface EngineEvents {
  /** New rows exist up to `step`, or the state changed; at most 10 a second. Pull the rest. */
  changed: { readonly step: number; readonly state: RunState };
  /** New reconstructions can be pulled. */
  reconstructed: { readonly step: number };
}
