import * as z from 'zod';

/** The only messages that a webview may send: calls and cancellations. */
export const envelope = z.union([
  z.strictObject({ id: z.int().min(0), call: z.string().min(1).max(64), params: z.unknown() }),
  z.strictObject({ id: z.int().min(0), cancel: z.literal(true) }),
]);
