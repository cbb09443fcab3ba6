/**
 * What the engine process answers to its clients (VS Code, `vae`), by the methods of schemas/engine.ts. Paths are `file:` URIs;
 * images are bytes, row-major, channels last.
 */
import type { BoundSummary } from '../domain/metrics';
import type { Pictures } from '../domain/pictures';
import type { ReportLine } from '../domain/report-line';
import type { Parameters } from '../vae/parameters';
import type { VaeConfig } from '../vae/config';
import type { DecodedPoints } from './points';

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
  /** Report on the dataset; empty until it is read. Missing from older engines. */
  readonly dataset?: readonly ReportLine[];
}

export interface Hello {
  readonly protocol: number;
  readonly product: string;
  readonly mode: 'train' | 'serve';
  readonly pid: number;
}

/** Bounds of one split, in nats per datapoint: elbo = reconstruction - kl. */
export interface Evaluation extends BoundSummary {
  readonly split: string;
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
interface ImportanceBound {
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

/** Originals and their reconstructions (the decoded posterior means), always of the same images. */
export interface Reconstructions {
  readonly ids: readonly string[];
  readonly originals: Pictures;
  readonly reconstructions: Pictures;
  readonly step: number;
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

/** side² points of a surface, row by row from the top. */
export interface Manifold extends DecodedPoints {
  /** x and y of a plane's three points, from the left and top, as fractions of the side; empty for two dimensions. */
  readonly marks: Float32Array;
}

export interface Samples extends DecodedPoints {
  /** Number of training images the aggregate posterior was fitted on; null for the prior. */
  readonly fittedOn: number | null;
}

export interface EngineEvents {
  /** There are new rows up to `step`, or the state has changed; at most 10 per second. Clients pull the data. */
  changed: { readonly step: number; readonly state: RunState };
  /** New reconstructions are available to pull. */
  reconstructed: { readonly step: number };
}

/** The decoder of a run, for a client that decodes by itself. */
export interface DecoderWeights {
  readonly runUri: string;
  /** Training step of the weights. */
  readonly step: number;
  /** What the decoder is built from (src/vae/decoder.ts), and how its output is read (src/vae/likelihood.ts). */
  readonly model: VaeConfig;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Weights and biases of the decoder's layers, by name. */
  readonly parameters: Parameters<Float32Array>;
}

/** The decoder is too large to be handed out: it takes so many `bytes`, and at most `limit` are. */
export interface DecoderTooLarge {
  readonly bytes: number;
  readonly limit: number;
}
