import { setImmediate as turn } from 'node:timers/promises';
import type { TimeBudget } from './time-budget';
import { DecodePool } from './decode-pool';
import { wantedSize } from './decode-task';
import type { DecodeTarget } from './decode-task';
import { DataError, isAboutOneFile } from '../data-error';
import type { ImageFile } from '../image-file';
import type { Decoded, Decoder } from './decoder-types';
import { PictureReader } from './picture-reader';
import { INLINE_AHEAD, workerBundle } from './worker-bundle';

const BUNDLE = workerBundle('pictures.cjs');

const openDecoder = (threads: number, time: TimeBudget | null): Decoder =>
  BUNDLE === null ? new InlineDecoder(time) : new DecodePool(BUNDLE, Math.max(1, threads), time);

/** Decoder for single images chosen by the user. Its worker stays for the next one, without keeping the process alive. */
let single: Decoder | undefined;

/** Decodes one image. @returns `wantedSize(want)` bytes @throws DataError with a short reason */
export async function decodeOne(image: ImageFile, want: DecodeTarget): Promise<Uint8Array> {
  single ??= openDecoder(1, null);
  const { rows, problems } = await single.decode([image], want);
  const [problem] = problems;
  if (problem != null) throw new DataError(problem);
  // Copied, because native libraries do not accept shared memory.
  return rows.slice();
}

/**
 * Provides a decoder while `use` runs, then closes it.
 * @param threads number of workers, at least one; ignored when run from sources
 * @param time budget for all images together
 * @throws DatasetBudgetError if decoding exceeds the time budget
 */
export async function withDecoder<T>(
  threads: number,
  time: TimeBudget,
  use: (decoder: Decoder) => Promise<T>,
): Promise<T> {
  const decoder = openDecoder(threads, time);
  try {
    return await use(decoder);
  } finally {
    await decoder.close();
  }
}

/** Decodes on the current thread, without a timeout for images that take forever. */
class InlineDecoder implements Decoder {
  readonly ahead = INLINE_AHEAD;
  readonly batch = 1;

  constructor(private readonly time: TimeBudget | null) {}

  async decode(images: readonly ImageFile[], want: DecodeTarget): Promise<Decoded> {
    const size = wantedSize(want);
    const rows = new Uint8Array(images.length * size);
    const problems: (string | null)[] = [];
    const reader = new PictureReader();
    let last: { readonly read: ImageFile['read']; readonly content: string | Uint8Array } | undefined;
    for (const [i, image] of images.entries()) {
      try {
        const { page, read } = image;
        // The images of one file are read once.
        const isOpen = page !== undefined && last?.read === read;
        const content = isOpen ? last!.content : ((page && image.file) ?? (await read()));
        last = { read, content };
        const begin = performance.now();
        const { bytes, fileSize } = reader.read(content, page);
        if (image.file !== undefined && (page?.number ?? 0) === 0) this.time?.allow(fileSize);
        rows.set(await reader.decode(bytes, page, want), i * size);
        this.time?.spend(performance.now() - begin);
        problems.push(null);
      } catch (error) {
        if (!isAboutOneFile(error)) throw error;
        problems.push(error.message);
      }
      await turn();
    }
    return { rows, problems };
  }

  async close(): Promise<void> {}
}
