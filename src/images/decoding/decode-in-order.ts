import { wantedSize } from './decode-task';
import type { DecodeTarget } from './decode-task';
import type { ImageFile } from '../image-file';
import type { Decoder } from './decoder-types';

/** One picture's outcome: its bytes, or why it cannot be used. */
export type DecodeResult = { readonly bytes: Uint8Array } | { readonly problem: string };

/** Results that wait for those before them take no more than this. */
const MAX_WAITING_BYTES = 32 * 2 ** 20;

/** Decodes pictures, many at a time, and gives what became of them in their order. Stops between batches when aborted. */
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
      // Where the caller stops early, nobody waits for it any more.
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
