/** Schemas of the values that several methods take, with their limits. */
import * as z from 'zod';
import type { MapColumn } from '../map';
import { LAYOUT_BOUNDS } from '../layout';
import type { LayoutParameters } from '../layout';
import { MAX_PIECE_IMAGES } from '../map';
import type { ReadonlyDeep } from './method';
import { MAX_LATENT_DIMENSIONS } from '../../domain/limits';

/** No system supports longer paths. */
const MAX_PATH_CHARACTERS = 8192;
/** Maximum images of a dataset. */
const MAX_IMAGES = 10_000_000;
/** Maximum side of a grid of pictures. */
const MAX_GRID_SIDE = 100;
/** Maximum pictures drawn at random. */
const MAX_SAMPLES = 10_000;

export const fileUri = z.string().max(MAX_PATH_CHARACTERS).startsWith('file:', 'expected a file: URI');
/** Of a file on this machine: not `file://server/...`. */
export const localFileUri = fileUri.startsWith('file:///', 'expected the URI of a file on this machine');
/** A path inside a dataset, or `#index` in a container file. */
export const imageId = z.string().min(1).max(MAX_PATH_CHARACTERS);
export const imageIds = z.array(imageId).max(MAX_IMAGES);
/** A name that a person or a dataset gave: of a label or a column. */
export const givenName = z.string().max(MAX_PATH_CHARACTERS);
export const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const dimension = z
  .int()
  .min(0)
  .max(MAX_LATENT_DIMENSIONS - 1);
export const dimensionPair = z.tuple([dimension, dimension]);
export const gridSide = z.int().min(2).max(MAX_GRID_SIDE);
export const sampleCount = z.int().min(1).max(MAX_SAMPLES);
/** Where the newest request of several wins: one view of one client. */
export const viewName = z.string().min(1).max(100);

/** Finite numbers, as an array that is sent as it is. @param max maximum length */
export const floats = (max: number): z.ZodType<Float32Array> =>
  z.custom<Float32Array>(
    (value) => value instanceof Float32Array && value.length <= max && value.every(Number.isFinite),
    `expected a Float32Array of at most ${max} finite numbers`,
  );
/** Nz coordinates. */
export const latentPoint = floats(MAX_LATENT_DIMENSIONS);

/** An image file by its URI, or a point in latent space. */
export const pathEnd = z.union([z.strictObject({ uri: fileUri }), z.strictObject({ z: latentPoint })]);
export type PathEnd = ReadonlyDeep<z.output<typeof pathEnd>>;

/** A waypoint of a path: an image file, a latent point, or the id of a dataset image. */
export const waypoint = z.union([...pathEnd.options, z.strictObject({ id: imageId })]);
export type Waypoint = ReadonlyDeep<z.output<typeof waypoint>>;

/** Source of samples and quantiles: the prior N(0, I), or the normal distribution fitted to the aggregate posterior. */
export const sampleSource = z.enum(['prior', 'aggregate']);
export type SampleSource = z.output<typeof sampleSource>;

/** Points decoded with the same z by each model: a grid over two dimensions, or prior draws. */
export const priorDraws = z.strictObject({ count: sampleCount, seed });

const COLUMN = /^(elbo|reconstruction|kl|norm|(mean|pc):\d{1,4}|umap:[01])$/;
export const mapColumn = z.custom<MapColumn>(
  (value) => typeof value === 'string' && COLUMN.test(value),
  'expected elbo, reconstruction, kl, norm, mean:0, pc:0, umap:0 or the like',
);
/** Identifies the encoding of the images that a request is about. */
export const mapKey = z.string().max(100);

/** A range of the map's images. */
export const mapPiece = z.strictObject({
  key: mapKey,
  first: z.int().min(0),
  count: z.int().min(0).max(MAX_PIECE_IMAGES),
});
export type MapPiece = ReadonlyDeep<z.output<typeof mapPiece>>;

/** Two axes of the map with the given key. */
export const mapAxes = z.strictObject({ key: mapKey, x: mapColumn, y: mapColumn });
export type MapAxes = ReadonlyDeep<z.output<typeof mapAxes>>;

/** How the latent space of an earlier step is laid onto that of the map. */
export const snapshotOnMap = z.strictObject({
  step: z.int().min(1),
  /** Whether to rotate (or mirror) the step's means about the origin to lie nearest to those of the map. */
  align: z.boolean(),
});

const layoutNumber = (name: Exclude<keyof LayoutParameters, 'minDist'>): z.ZodNumber => {
  const [min, max] = LAYOUT_BOUNDS[name];
  return z.int().min(min).max(max);
};
export const layoutParameters = z.strictObject({
  neighbours: layoutNumber('neighbours'),
  minDist: z.number().min(LAYOUT_BOUNDS.minDist[0]).max(LAYOUT_BOUNDS.minDist[1]),
  seed: layoutNumber('seed'),
  most: layoutNumber('most'),
});
