/**
 * Between a front end (VS Code, `vae`) and the engine process. `hello`, `status` and `stop` are frozen for ever: a
 * newer front end can watch and stop an older engine. Paths are `file:` URIs, images are bytes, row-major, channels last.
 */
import type { EngineMapMethods } from './map';
import type { MetricRow } from './metrics';
import type { ImageCard, Pictures } from './pictures';

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

/** An endpoint of an interpolation: an image file, or a point in latent space. */
export type PathEnd = { readonly uri: string } | { readonly z: Float32Array };

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

export interface EngineMethods extends EngineMapMethods {
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
