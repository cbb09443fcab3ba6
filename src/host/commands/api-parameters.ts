import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { EngineMethods } from '../../protocol/schemas/engine';
import type { PathEnd } from '../../protocol/schemas/values';
import { USUAL_LAYOUT } from '../../protocol/layout';
import type { Params } from '../../protocol/rpc';
import { engineMethods } from '../../protocol/schemas/engine';
import { layoutParameters, mapColumn, dimensionPair, gridSide } from '../../protocol/schemas/values';
import { MAX_LATENT_DIMENSIONS } from '../../domain/limits';

/** Maximum points per call. */
const MAX_POINTS = 1000;

/** Checked where the run is found. */
const run = z.unknown().optional();
const coordinates = z.array(z.number()).min(1).max(MAX_LATENT_DIMENSIONS);
const evaluateFields = engineMethods.evaluate.params.shape;
const traverseFields = engineMethods.traverse.params.shape;
const sampleFields = engineMethods.sample.params.shape;

/** An image file, as a path or URI, or a point in latent space. */
const pathEnd = z
  .union([z.string().min(1).max(8192), coordinates], 'expected an image file, or the numbers of a point')
  .transform((end): PathEnd =>
    typeof end !== 'string'
      ? { z: Float32Array.from(end) }
      : { uri: end.startsWith('file:') ? end : pathToFileURL(end).href },
  );

/** Validated parameters of one engine method, and the run. */
interface Request<K extends keyof EngineMethods> {
  readonly run?: unknown;
  readonly params: Params<EngineMethods, K>;
}

export const evaluateParams = z
  .strictObject({
    run,
    ...evaluateFields,
    split: evaluateFields.split.default('test'),
  })
  .transform(({ run, ...params }): Request<'evaluate'> => ({ run, params }));

let calls = 0;

/** `z`: one or more points of equal length. */
export const decodeParams = z
  .strictObject({
    run,
    z: z.union(
      [coordinates.transform((one) => [one]), z.array(coordinates).min(1).max(MAX_POINTS)],
      `expected the numbers of a point, or a list of up to ${MAX_POINTS} points`,
    ),
  })
  .refine(
    (value) => value.z.every((point) => point.length === value.z[0]!.length),
    'expected points of one length',
  )
  .transform(({ run, z }): Request<'decode'> => ({
    run,
    // A unique view, so that calls of two programs do not supersede each other.
    params: { view: `program ${++calls}`, z: Float32Array.from(z.flat()), count: z.length },
  }));

/** `around`: an image, a point, or absent for the origin. */
export const traverseParams = z
  .strictObject({
    run,
    around: pathEnd.optional(),
    edits: traverseFields.edits.default([]),
    dimensions: traverseFields.dimensions.min(1),
    frames: traverseFields.frames.default(9),
    quantilesOf: traverseFields.quantilesOf.default('prior'),
  })
  .transform(({ run, around, ...rest }): Request<'traverse'> => ({
    run,
    params: { ...rest, around: around ?? null },
  }));

/** `dimensions`, or `through` with three images or points. */
export const manifoldParams = z
  .strictObject({
    run,
    dimensions: dimensionPair.optional(),
    through: z.tuple([pathEnd, pathEnd, pathEnd]).optional(),
    side: gridSide.default(20),
  })
  .refine(({ dimensions, through }) => !dimensions || !through, 'expected dimensions or through, got both')
  .transform(({ run, dimensions, through, side }): Request<'manifold'> => ({
    run,
    params: { side, surface: through ? { through } : { dimensions: dimensions ?? [0, 1] } },
  }));

export const sampleParams = z
  .strictObject({
    run,
    from: sampleFields.from.default('prior'),
    count: sampleFields.count.default(100),
    seed: sampleFields.seed.default(0),
  })
  .transform(({ run, ...params }): Request<'sample'> => ({ run, params }));

export const latentsParams = z.strictObject({
  run,
  columns: z.array(mapColumn).max(5000).default(['pc:0', 'pc:1', 'elbo']),
  /** Runs UMAP with these parameters first if necessary, for the columns `umap:0` and `umap:1`. */
  umap: layoutParameters
    .partial()
    .transform((some) => ({ ...USUAL_LAYOUT, ...some }))
    .optional(),
});
