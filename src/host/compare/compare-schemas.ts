import * as z from 'zod';
import { MAX_COMPARED_IMAGES } from '../../protocol/compare';
import type { CompareMethods } from '../../protocol/compare';
import { dimension, fileUri, imageId, nothing, seed } from '../webview/schemas';
import type { Schemas } from '../webview/schemas';

const run = fileUri;

export const compareSchemas = {
  comparison: nothing,
  curve: z.strictObject({ run }),
  images: nothing,
  cards: z.strictObject({ run, ids: z.array(imageId).min(1).max(MAX_COMPARED_IMAGES) }),
  decoded: z.strictObject({
    run,
    points: z.union([
      z.strictObject({ dimensions: z.tuple([dimension, dimension]), side: z.int().min(2).max(50) }),
      z.strictObject({ count: z.int().min(1).max(400), seed }),
    ]),
  }),
  openRun: z.strictObject({ run }),
  pick: nothing,
} satisfies Schemas<CompareMethods>;
