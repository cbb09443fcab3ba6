/**
 * Methods of the engine process for its clients (VS Code, `vae`). `hello`, `status` and `stop` must never change, so that newer
 * clients can watch and stop older engines; they ignore fields that they do not know.
 */
import * as z from 'zod';
import { SPLIT_NAMES } from '../../domain/split';
import type { MetricRow } from '../../domain/metrics';
import type { DecodedPictures, ImageCard, Pictures } from '../../domain/pictures';
import type {
  DecoderTooLarge,
  DecoderWeights,
  EncodeFailure,
  EngineStatus,
  Evaluation,
  Hello,
  Manifold,
  Reconstructions,
  Samples,
  Traversals,
} from '../engine';
import { classifierMethods } from './classifier';
import { directionMethods } from './directions';
import { latentMethods } from './latent';
import { mapMethods } from './map';
import { mapAnalysisMethods } from './map-analysis';
import { method } from './method';
import type { MethodsOf, ReadonlyDeep } from './method';
import { timeMethods } from './time';
import {
  dimension,
  dimensionPair,
  fileUri,
  floats,
  gridSide,
  latentPoint,
  pathEnd,
  sampleCount,
  sampleSource,
  seed,
  viewName,
} from './values';
import { MAX_IMPORTANCE_DRAWS, MAX_LATENT_DIMENSIONS } from '../../domain/limits';

/** Maximum images per `encode` call. */
const MAX_ENCODED_IMAGES = 1000;
/** Maximum numbers in the points of one `decode` call. */
const MAX_DECODED_NUMBERS = 16 * 1024 * 1024;
/** Maximum frames of a path or a traversal. */
const MAX_FRAMES = 101;

/** A new value for one coordinate of a point. */
const coordinateEdit = z.strictObject({ dimension, value: z.number() });
export type CoordinateEdit = ReadonlyDeep<z.output<typeof coordinateEdit>>;

/** A two-dimensional surface in latent space: two dimensions, all others 0, or the plane through three points. */
const surface = z.union([
  z.strictObject({ dimensions: dimensionPair }),
  z.strictObject({ through: z.tuple([pathEnd, pathEnd, pathEnd]) }),
]);
export type Surface = ReadonlyDeep<z.output<typeof surface>>;

export const engineMethods = {
  hello: method(z.object({ protocol: z.number(), token: z.string() })).returns<Hello>(),
  status: method(z.object({})).returns<EngineStatus>(),
  /** Stops after a checkpoint; resolves once it is written. The process exits soon after. */
  stop: method(z.object({})).returns<void>(),
  pause: method().returns<void>(),
  continueTraining: method().returns<void>(),
  /** Returns the rows after step `since` (all for -1), in order. */
  metrics: method({ since: z.int().min(-1) }).returns<readonly MetricRow[]>(),
  /** Null until the first reconstructions are made. */
  reconstructions: method().returns<Reconstructions | null>(),
  encode: method({ uris: z.array(fileUri).max(MAX_ENCODED_IMAGES) }).returns<
    readonly (ImageCard | EncodeFailure)[]
  >(),
  /** Decodes `z` (count × Nz) to means of p(x|z). Latest wins within a `view`: older calls fail with `superseded`. */
  decode: method({
    view: viewName,
    z: floats(MAX_DECODED_NUMBERS),
    count: z.int().min(0),
  }).returns<DecodedPictures>(),
  /** Returns the weights that `decode` uses, of a decoder that is not too large, for a client that decodes by itself. */
  decoderWeights: method().returns<DecoderWeights | DecoderTooLarge>(),
  /** Decodes one frame of a path. Latest wins within a `view`. */
  pathFrame: method({
    view: viewName,
    from: latentPoint,
    to: latentPoint,
    t: z.number().min(0).max(1),
    spherical: z.boolean(),
  }).returns<Pictures>(),
  /** Decodes each of some dimensions at `frames` quantiles around a point (null for the origin), after edits of the point. */
  traverse: method({
    around: pathEnd.nullable(),
    edits: z.array(coordinateEdit).max(MAX_LATENT_DIMENSIONS),
    dimensions: z.array(dimension).max(MAX_LATENT_DIMENSIONS),
    frames: z.int().min(1).max(MAX_FRAMES),
    quantilesOf: sampleSource,
  }).returns<Traversals>(),
  /** Decodes a grid over a surface (Figure 4 of the paper): in equal shares of the prior, or equal steps on a plane. */
  manifold: method({ surface, side: gridSide }).returns<Manifold>(),
  /** Decodes random draws (Figure 5 of the paper); a pure function of weights, source and seed. */
  sample: method({ from: sampleSource, count: sampleCount, seed }).returns<Samples>(),
  /**
   * Evaluates a split; training is suspended meanwhile. `importance` is k of the importance-weighted bound, 0 to skip it;
   * `limit` is the maximum number of images, spread evenly over the split, absent for all.
   */
  evaluate: method({
    split: z.enum(SPLIT_NAMES),
    importance: z.int().min(0).max(MAX_IMPORTANCE_DRAWS).optional(),
    limit: z.int().min(1).optional(),
  }).returns<Evaluation>(),
  ...mapMethods,
  ...mapAnalysisMethods,
  ...timeMethods,
  ...latentMethods,
  ...directionMethods,
  ...classifierMethods,
};
export type EngineMethods = MethodsOf<typeof engineMethods>;
