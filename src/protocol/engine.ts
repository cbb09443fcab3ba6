/**
 * Protocol between a client (VS Code, `vae`) and the engine process. `hello`, `status` and `stop` must never change, so that
 * newer clients can watch and stop older engines. Paths are `file:` URIs; images are bytes, row-major, channels last.
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
  /** Message for the user: progress like `reading images 1200 / 5000`, an error, or empty. */
  readonly message: string;
  readonly runUri: string;
  readonly step: number;
  /** Training datapoints seen. */
  readonly samples: number;
  /** Planned number of training datapoints; null until known. */
  readonly totalSamples: number | null;
  readonly samplesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** Latest bounds, in nats per datapoint. */
  readonly trainBound: number | null;
  readonly validationBound: number | null;
  /** The engine, for example `tensorflow (2 threads)`, and why it was chosen. */
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
  /** Likelihood and input binarisation, to print with every bound. */
  readonly label: string;
  /** Latent dimensions whose posterior mean has a variance above 0.01 over the images. Missing from older engines. */
  readonly activeUnits?: number;
  /** `elbo` in bits per dimension; null if the likelihood is not a probability of bytes. Missing from older engines. */
  readonly bitsPerDimension?: number | null;
  /** Null if not requested. Missing from older engines. */
  readonly importance?: ImportanceBound | null;
}

/** L_k, the importance-weighted bound with k draws per image: between the ELBO and log p(x), in nats per datapoint. */
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
  /** Posterior means of the two ends, Nz values each. */
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly linear: Pictures;
  readonly spherical: Pictures;
  readonly step: number;
}

/** Originals and their reconstructions (the decoded posterior means), always of the same images. */
export interface Reconstructions {
  readonly ids: readonly string[];
  readonly originals: Pictures;
  readonly reconstructions: Pictures;
  readonly step: number;
}

/** A new value for one coordinate. */
export interface CoordinateEdit {
  readonly dimension: number;
  readonly value: number;
}

/** Traversals of single latent dimensions around a point, all others fixed. */
export interface Traversals {
  /** Nz values each: the requested point (for an image its posterior mean with these weights), and the point after edits. */
  readonly origin: Float32Array;
  readonly centre: Float32Array;
  /** Decoded from `centre`. */
  readonly picture: Pictures;
  /** dimensions × frames: values of the coordinate that varies. */
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
  /** x and y of a plane's three points, from the left and top, as fractions of the side; empty for two dimensions. */
  readonly marks: Float32Array;
}

/** Source of samples and quantiles: the prior N(0, I), or the normal distribution fitted to the aggregate posterior. */
export type SampleSource = 'prior' | 'aggregate';

export interface Samples extends DecodedPoints {
  /** Number of training images the aggregate posterior was fitted on; null for the prior. */
  readonly fittedOn: number | null;
}

export interface EngineMethods
  extends EngineMapMethods, EngineTimeMethods, EngineLatentMethods, DirectionMethods {
  hello(params: { readonly protocol: number; readonly token: string }): Hello;
  status(params: object): EngineStatus;
  /** Stops after a checkpoint; resolves once it is written. The process exits soon after. */
  stop(params: object): void;
  pause(params: object): void;
  continueTraining(params: object): void;
  /** Returns the rows after step `since` (all for -1), in order. */
  metrics(params: { readonly since: number }): readonly MetricRow[];
  reconstructions(params: object): Reconstructions | null;
  encode(params: { readonly uris: readonly string[] }): readonly (ImageCard | EncodeFailure)[];
  /** Decodes `z` (count × Nz) to means of p(x|z). Latest wins within a `view`: older calls fail with `superseded`. */
  decode(params: { readonly view: string; readonly z: Float32Array; readonly count: number }): Pictures;
  interpolate(params: {
    readonly from: PathEnd;
    readonly to: PathEnd;
    readonly frames: number;
  }): Interpolation;
  /** Decodes one frame of a path at t in [0, 1]. Latest wins within a `view`. */
  pathFrame(params: {
    readonly view: string;
    readonly from: Float32Array;
    readonly to: Float32Array;
    readonly t: number;
    readonly spherical: boolean;
  }): Pictures;
  /**
   * Decodes each of some dimensions at `frames` quantiles around a point.
   * @param params.around null for the origin
   * @param params.edits new values for coordinates of the point
   */
  traverse(params: {
    readonly around: PathEnd | null;
    readonly edits: readonly CoordinateEdit[];
    readonly dimensions: readonly number[];
    readonly frames: number;
    readonly quantilesOf: SampleSource;
  }): Traversals;
  /** Decodes a grid over a surface (Figure 4 of the paper): in equal shares of the prior, or equal steps on a plane. */
  manifold(params: { readonly surface: Surface; readonly side: number }): Manifold;
  /** Decodes random draws (Figure 5 of the paper); a pure function of weights, source and seed. */
  sample(params: { readonly from: SampleSource; readonly count: number; readonly seed: number }): Samples;
  /**
   * Evaluates a split; training is suspended meanwhile.
   * @param params.importance k of the importance-weighted bound; 0 or absent to skip it
   * @param params.limit maximum images, spread evenly over the split; absent for all
   */
  evaluate(params: {
    readonly split: string;
    readonly importance?: number;
    readonly limit?: number;
  }): Evaluation;
}

export interface EngineEvents {
  /** There are new rows up to `step`, or the state has changed; at most 10 per second. Clients pull the data. */
  changed: { readonly step: number; readonly state: RunState };
  /** New reconstructions are available to pull. */
  reconstructed: { readonly step: number };
}
