import * as z from 'zod';
import {
  IMAGE_ACTIONS,
  MAP_PIECE,
  MAX_MAP_CARDS,
  MAX_MAP_PICTURES,
  MAX_NEAR_PAIRS,
} from '../../protocol/map';
import type { MapColumn, PanelMapMethods } from '../../protocol/map';
import type { PanelDirectionMethods } from '../../protocol/directions';
import { MAX_NEIGHBOURS, MAX_WAYPOINTS } from '../../protocol/latent';
import type { PanelLatentMethods } from '../../protocol/latent';
import { LAYOUT_BOUNDS } from '../../protocol/layout';
import type { LayoutParameters } from '../../protocol/layout';
import { PATH_KINDS, PICTURE_KINDS } from '../../protocol/panel';
import type { ExplorerMethods, InterpolationMethods } from '../../protocol/panel';
import type { MethodName, Params } from '../../protocol/rpc';
import type { PanelTimeMethods } from '../../protocol/time';

/** A schema for each method's argument. */
export type Schemas<M> = { readonly [K in MethodName<M>]: z.ZodType<Params<M, K>> };

/** Maximum number of latent dimensions that config.json allows. */
const MAX_DIMENSIONS = 4096;
/** Maximum size of a picture to be saved. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export const nothing = z.strictObject({});
/** File URIs only; no system supports longer paths. */
export const fileUri = z.string().max(8192).startsWith('file:///');

/** A path inside a dataset, or `#index` in a container file. */
export const imageId = z.string().min(1).max(8192);
const AXIS = /^(mean|pc):\d{1,4}$/;
const COLUMN = /^(elbo|reconstruction|kl|norm|(mean|pc):\d{1,4}|umap:[01])$/;
export const mapColumn = z.custom<MapColumn>((value) => typeof value === 'string' && COLUMN.test(value));
const mapPiece = { key: z.string().max(100), first: z.int().min(0), count: z.int().min(0).max(MAP_PIECE) };

const inBounds = (name: keyof LayoutParameters): z.ZodNumber => {
  const [least, most] = LAYOUT_BOUNDS[name];
  return z.number().min(least).max(most);
};
export const layoutParameters = z.strictObject({
  neighbours: inBounds('neighbours'),
  minDist: inBounds('minDist'),
  seed: inBounds('seed'),
  most: inBounds('most'),
});

const mapSchemas = {
  map: nothing,
  encodeAll: nothing,
  cancelEncodeAll: nothing,
  startLayout: layoutParameters,
  cancelLayout: nothing,
  mapImages: z.strictObject(mapPiece),
  mapColumn: z.strictObject({ ...mapPiece, column: mapColumn }),
  mapFields: z.strictObject({ key: mapPiece.key }),
  mapField: z.strictObject({ ...mapPiece, name: z.string().min(1).max(8192) }),
  mapCards: z.strictObject({ ids: z.array(imageId).max(MAX_MAP_CARDS) }),
  mapPictures: z.strictObject({ ids: z.array(imageId).max(MAX_MAP_PICTURES) }),
  mapNearPairs: z.strictObject({ key: mapPiece.key, count: z.int().min(1).max(MAX_NEAR_PAIRS) }),
  openMapImage: z.strictObject({ id: imageId }),
  actOnImages: z.strictObject({
    action: z.enum(IMAGE_ACTIONS),
    ids: z.array(imageId).min(1).max(10_000_000),
  }),
  exportTable: z.strictObject({ csv: z.string().max(500_000_000) }),
  mapTags: nothing,
  excludedImages: nothing,
  includeAgain: nothing,
  removeTag: z.strictObject({ name: z.string().min(1).max(200) }),
  mapFocus: nothing,
} satisfies Schemas<PanelMapMethods>;
/** Nz coordinates. VS Code transfers typed arrays unchanged. */
const point = z.custom<Float32Array>(
  (value) => value instanceof Float32Array && value.length <= MAX_DIMENSIONS && value.every(Number.isFinite),
  'expected finite coordinates',
);
/** A complete file, recognised by its first bytes, of a plausible size for a picture. */
const file = (signature: readonly number[], name: string): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>(
    (value) =>
      value instanceof Uint8Array &&
      value.length <= MAX_PICTURE_BYTES &&
      signature.every((byte, i) => value[i] === byte),
    `expected ${name} file`,
  );
const png = file(PNG_SIGNATURE, 'a PNG');
export const dimension = z
  .int()
  .min(0)
  .max(MAX_DIMENSIONS - 1);
const sampleSource = z.enum(['prior', 'aggregate']);
const pathEnd = z.union([z.strictObject({ uri: fileUri }), z.strictObject({ z: point })]);
export const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const imageSet = z.union([
  z.strictObject({ label: z.string().max(8192) }),
  z.strictObject({ ids: z.array(imageId).max(10_000_000) }),
  z.strictObject({ rest: z.literal(true) }),
]);
const measured = z.strictObject({
  value: z.number().nullable(),
  chanceMean: z.number(),
  chance95: z.number(),
});
const direction = z.strictObject({
  vector: point,
  start: point,
  counts: z.tuple([z.int().min(0), z.int().min(0)]),
  inBoth: z.int().min(0),
  score: z.strictObject({ agreement: measured, effect: measured, rounds: z.int().min(1), seed }).nullable(),
  step: z.int().min(0),
  fingerprint: z.string().max(64),
});
const directionFile = z.strictObject({ file: z.string().min(1).max(210) });

const directionSchemas = {
  makeDirection: z.union([
    z.strictObject({ a: imageSet, b: imageSet, seed }),
    z.strictObject({ component: dimension }),
  ]),
  along: z.strictObject({ around: pathEnd.nullable(), start: point, vector: point, places: point }),
  analogy: z.strictObject({ a: pathEnd, b: pathEnd, c: pathEnd }),
  directions: nothing,
  saveDirection: z.strictObject({
    name: z.string().trim().min(1).max(200),
    from: z.string().max(500),
    to: z.string().max(500),
    direction,
  }),
  deleteDirection: directionFile,
  openDirection: directionFile,
  requestedDirection: nothing,
} satisfies Schemas<PanelDirectionMethods>;

const axis = z.custom<MapColumn>((value) => typeof value === 'string' && AXIS.test(value));
export const timeSchemas = {
  snapshots: nothing,
  timeImages: nothing,
  atSnapshot: z.strictObject({
    step: z.int().min(1),
    axes: z.tuple([axis, axis]),
    align: z.boolean(),
    points: z.union([
      z.strictObject({ side: z.int().min(2).max(100) }),
      z.strictObject({ count: z.int().min(1).max(10_000), seed }),
    ]),
  }),
} satisfies Schemas<PanelTimeMethods>;
const waypoint = z.union([pathEnd, z.strictObject({ id: imageId })]);
const mapAxes = { key: mapPiece.key, x: mapColumn, y: mapColumn };

const latentSchemas = {
  look: z.strictObject({
    place: z.union([
      z.strictObject({ z: point }),
      z.strictObject({ ...mapAxes, at: z.tuple([z.number(), z.number()]) }),
    ]),
    nearest: z.int().min(0).max(MAX_NEIGHBOURS),
  }),
  neighbours: z.strictObject({ of: waypoint, count: z.int().min(1).max(MAX_NEIGHBOURS) }),
  interpolateImages: z.strictObject({ ids: z.array(imageId).min(2).max(MAX_WAYPOINTS) }),
  interpolateLine: z.strictObject({ ...mapAxes, places: point, note: z.string().max(1000) }),
} satisfies Schemas<PanelLatentMethods>;

export const explorerSchemas = {
  run: nothing,
  metrics: z.strictObject({ since: z.int().min(-1) }),
  reconstructions: nothing,
  cards: nothing,
  clearCards: nothing,
  evaluate: z.strictObject({
    split: z.enum(['train', 'validation', 'test']),
    importance: z.int().min(0).max(10_000),
    limit: z.int().min(1).max(100_000),
  }),
  traverse: z.strictObject({
    around: pathEnd.nullable(),
    edits: z.array(z.strictObject({ dimension, value: z.number() })).max(MAX_DIMENSIONS),
    dimensions: z.array(dimension).max(MAX_DIMENSIONS),
    frames: z.int().min(1).max(101),
    quantilesOf: sampleSource,
  }),
  decodePoint: z.strictObject({ z: point }),
  manifold: z.strictObject({
    surface: z.union([
      z.strictObject({ dimensions: z.tuple([dimension, dimension]) }),
      z.strictObject({ through: z.tuple([pathEnd, pathEnd, pathEnd]) }),
    ]),
    side: z.int().min(2).max(100),
  }),
  sample: z.strictObject({
    from: sampleSource,
    count: z.int().min(1).max(10_000),
    seed,
  }),
  savePicture: z.strictObject({ of: z.enum(PICTURE_KINDS), png }),
  stop: nothing,
  pause: nothing,
  continueTraining: nothing,
  resume: nothing,
  train: nothing,
  interpolateCards: z.strictObject({ uris: z.array(fileUri).min(2).max(MAX_WAYPOINTS) }),
  openImage: z.strictObject({ uri: fileUri }),
  showLog: nothing,
  ...mapSchemas,
  ...directionSchemas,
  ...timeSchemas,
  ...latentSchemas,
} satisfies Schemas<ExplorerMethods>;

const pathKind = z.enum(PATH_KINDS);
/** "GIF89a". */
const GIF_SIGNATURE = [0x47, 0x49, 0x46, 0x38, 0x39, 0x61];

export const interpolationSchemas = {
  current: nothing,
  frame: z.strictObject({ t: z.number().min(0).max(MAX_WAYPOINTS), kind: pathKind }),
  grid: nothing,
  film: z.strictObject({ kind: pathKind }),
  pick: nothing,
  add: nothing,
  arrange: z.strictObject({ order: z.array(z.int().min(0)).min(2).max(MAX_WAYPOINTS) }),
  savePicture: z.union([
    z.strictObject({ name: z.enum(['path-strip', 'path-grid']), format: z.literal('png'), bytes: png }),
    z.strictObject({
      name: z.literal('path'),
      format: z.literal('gif'),
      bytes: file(GIF_SIGNATURE, 'a GIF'),
    }),
  ]),
  savePoints: z.strictObject({ kind: pathKind, format: z.enum(['json', 'npy']) }),
  openImage: z.strictObject({ uri: fileUri }),
} satisfies Schemas<InterpolationMethods>;

/** The only messages that a webview may send: calls and cancellations. */
export const envelopeSchema = z.union([
  z.strictObject({ id: z.int().min(0), call: z.string().min(1).max(64), params: z.unknown() }),
  z.strictObject({ id: z.int().min(0), cancel: z.literal(true) }),
]);
