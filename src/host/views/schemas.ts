import * as z from 'zod';
import type { ExplorerMethods, InterpolationMethods } from '../../protocol/panel';
import type { MethodName, Params } from '../../protocol/rpc';

/** One schema for each method's argument. */
export type Schemas<M> = { readonly [K in MethodName<M>]: z.ZodType<Params<M, K>> };

const nothing = z.strictObject({});
/** Only files; a longer path than systems know is no path. */
const fileUri = z.string().max(8192).startsWith('file:///');

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
