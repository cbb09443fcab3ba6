import { wantedSize } from './decode-task';
import type { DecodeTarget } from './decode-task';
import type { ImageFile } from '../image-file';
import type { Decoder } from './decoder-types';

/** Result for one image: its bytes, or the reason why it cannot be used. */
export type DecodeResult = { readonly bytes: Uint8Array } | { readonly problem: string };

/** Limit for results that wait for earlier ones. */
const MAX_WAITING_BYTES = 32 * 2 ** 20;

/** Decodes images in parallel and yields the results in input order. Throws the abort reason when `signal` is aborted. */
export async function* decodeInOrder(
  decoder: Decoder,
  images: readonly ImageFile[],
  want: DecodeTarget,
  signal?: AbortSignal,
): AsyncGenerator<DecodeResult> {
  const size = wantedSize(want);
  const batch = Math.max(1, Math.min(decoder.batch, Math.floor(MAX_WAITING_BYTES / decoder.ahead / size)));
  const running: ReturnType<Decoder['decode']>[] = [];
  let next = 0;
  while (running.length > 0 || next < images.length) {
    while (running.length < decoder.ahead && next < images.length) {
      const decoded = decoder.decode(images.slice(next, next + batch), want);
      // If the caller stops early, a rejection must not go unhandled.
      decoded.catch(() => undefined);
      running.push(decoded);
      next += batch;
    }
    signal?.throwIfAborted();
    const { rows, problems } = await running.shift()!;
    for (const [i, problem] of problems.entries()) {
      signal?.throwIfAborted();
      yield problem === null ? { bytes: rows.subarray(i * size, (i + 1) * size) } : { problem };
    }
  }
}
