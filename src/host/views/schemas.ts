import * as z from 'zod';
import { MAP_PIECE, MOST_MAP_CARDS, MOST_MAP_PICTURES } from '../../protocol/map';
import type { MapColumn, PanelMapMethods } from '../../protocol/map';
import type { ExplorerMethods, InterpolationMethods } from '../../protocol/panel';
import type { MethodName, Params } from '../../protocol/rpc';

/** One schema for each method's argument. */
export type Schemas<M> = { readonly [K in MethodName<M>]: z.ZodType<Params<M, K>> };

const nothing = z.strictObject({});
/** Only files; a longer path than systems know is no path. */
const fileUri = z.string().max(8192).startsWith('file:///');

/** An id is a path inside a dataset, and `#index` in a container file. */
const imageId = z.string().min(1).max(8192);
const COLUMN = /^(elbo|reconstruction|kl|norm|(mean|pc):\d{1,4})$/;
const mapColumn = z.custom<MapColumn>((value) => typeof value === 'string' && COLUMN.test(value));
const mapPiece = { key: z.string().max(100), first: z.int().min(0), count: z.int().min(0).max(MAP_PIECE) };

const mapSchemas = {
  map: nothing,
  encodeAll: nothing,
  cancelEncodeAll: nothing,
  mapImages: z.strictObject(mapPiece),
  mapColumn: z.strictObject({ ...mapPiece, column: mapColumn }),
  mapCards: z.strictObject({ ids: z.array(imageId).max(MOST_MAP_CARDS) }),
  mapPictures: z.strictObject({ ids: z.array(imageId).max(MOST_MAP_PICTURES) }),
  openMapImage: z.strictObject({ id: imageId }),
  mapFocus: nothing,
} satisfies Schemas<PanelMapMethods>;

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
  stop: nothing,
  pause: nothing,
  continueTraining: nothing,
  resume: nothing,
  train: nothing,
  interpolateCards: z.strictObject({ from: fileUri, to: fileUri }),
  openImage: z.strictObject({ uri: fileUri }),
  showLog: nothing,
  ...mapSchemas,
} satisfies Schemas<ExplorerMethods>;

export const interpolationSchemas = {
  current: nothing,
  frame: z.strictObject({ t: z.number().min(0).max(1), spherical: z.boolean() }),
  pick: nothing,
} satisfies Schemas<InterpolationMethods>;

/** What a webview may send at all: calls and cancels. */
export const envelopeSchema = z.union([
  z.strictObject({ id: z.int().min(0), call: z.string().min(1).max(64), params: z.unknown() }),
  z.strictObject({ id: z.int().min(0), cancel: z.literal(true) }),
]);
