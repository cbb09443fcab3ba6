import { wantedSize } from './decode-task';
import type { DecodeTarget } from './decode-task';
import type { ImageFile } from '../image-file';
import type { Decoder } from './decoder-types';

/** Result for one image: its bytes, or the reason why it cannot be used. */
export type DecodeResult = { readonly bytes: Uint8Array } | { readonly problem: string };

/** Limit for results that wait for earlier ones. */
const MAX_WAITING_BYTES = 32 * 2 ** 20;

/** Returns the end of the batch from `first` on. Frames of one animation stay together, because each builds on those before it. */
function batchEnd(images: readonly ImageFile[], first: number, usual: number, most: number): number {
  let end = Math.min(images.length, first + usual);
  const isFrame = ({ page }: ImageFile): boolean => page !== undefined && page.offset === undefined;
  while (
    end < Math.min(images.length, first + most) &&
    isFrame(images[end]!) &&
    images[end]!.read === images[end - 1]!.read
  ) {
    end++;
  }
  return end;
}

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
      const end = batchEnd(images, next, batch, Math.floor(MAX_WAITING_BYTES / size));
      const decoded = decoder.decode(images.slice(next, end), want);
      // If the caller stops early, a rejection must not go unhandled.
      decoded.catch(() => undefined);
      running.push(decoded);
      next = end;
    }
    signal?.throwIfAborted();
    const { rows, problems } = await running.shift()!;
    for (const [i, problem] of problems.entries()) {
      signal?.throwIfAborted();
      yield problem === null ? { bytes: rows.subarray(i * size, (i + 1) * size) } : { problem };
    }
  }
}
