import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { EngineMethods } from '../../protocol/engine';
import { USUAL_LAYOUT } from '../../protocol/layout';
import type { Params } from '../../protocol/rpc';
import { layoutParameters, mapColumn } from '../webview/schemas';
import type { PathEnd } from '../../protocol/points';

/** Maximum points per call. */
const MAX_POINTS = 1000;

const run = z.string().min(1).max(8192).optional();
const coordinates = z.array(z.number()).min(1).max(4096);
const source = z.enum(['prior', 'aggregate']).default('prior');
const dimension = z.int().min(0).max(4095);

/** An image file, as a path or URI, or a point in latent space. */
const pathEnd = z
  .union([z.string().min(1).max(8192), coordinates])
  .transform((end): PathEnd =>
    typeof end !== 'string'
      ? { z: Float32Array.from(end) }
      : { uri: end.startsWith('file:') ? end : pathToFileURL(end).href },
  );

/** Validated parameters of one engine method, and the run. */
interface Request<K extends keyof EngineMethods> {
  readonly run?: string | undefined;
  readonly params: Params<EngineMethods, K>;
}

export const evaluateParams = z
  .strictObject({
    run,
    split: z.enum(['train', 'validation', 'test']).default('test'),
    importance: z.int().min(0).max(10_000).default(0),
    limit: z.int().min(1).optional(),
  })
  .transform(({ run, limit, ...rest }): Request<'evaluate'> => ({
    run,
    params: limit === undefined ? rest : { ...rest, limit },
  }));

let calls = 0;

/** `z`: one or more points of equal length. */
export const decodeParams = z
  .strictObject({
    run,
    z: z.union([coordinates.transform((one) => [one]), z.array(coordinates).min(1).max(MAX_POINTS)]),
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
    edits: z.array(z.strictObject({ dimension, value: z.number() })).default([]),
    dimensions: z.array(dimension).min(1).max(4096),
    frames: z.int().min(1).max(101).default(9),
    quantilesOf: source,
  })
  .transform(({ run, around, ...rest }): Request<'traverse'> => ({
    run,
    params: { ...rest, around: around ?? null },
  }));

/** `dimensions`, or `through` with three images or points. */
export const manifoldParams = z
  .strictObject({
    run,
    dimensions: z.tuple([dimension, dimension]).optional(),
    through: z.tuple([pathEnd, pathEnd, pathEnd]).optional(),
    side: z.int().min(2).max(100).default(20),
  })
  .refine(({ dimensions, through }) => !dimensions || !through, 'expected dimensions or through, got both')
  .transform(({ run, dimensions, through, side }): Request<'manifold'> => ({
    run,
    params: { side, surface: through ? { through } : { dimensions: dimensions ?? [0, 1] } },
  }));

export const sampleParams = z
  .strictObject({
    run,
    from: source,
    count: z.int().min(1).max(MAX_POINTS).default(100),
    seed: z.int().min(0).default(0),
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
