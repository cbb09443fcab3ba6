import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TimeBudget } from './time-budget';
import { DecodePool } from './decode-pool';
import { decodeTo, wantedSize } from './decode-task';
import type { DecodeTarget } from './decode-task';
import { DataError, isAboutOneFile } from '../data-error';
import type { ImageFile } from '../image-file';
import type { Decoded, Decoder } from './decoder-types';

/** The threads' bundle lies beside ours; when run from sources there is none. */
const THREAD = join(dirname(fileURLToPath(import.meta.url)), 'pictures.cjs');

const openDecoder = (threads: number, time: TimeBudget | null): Decoder =>
  existsSync(THREAD) ? new DecodePool(THREAD, Math.max(1, threads), time) : new InlineDecoder(time);

/** For single pictures that a person chooses: its thread waits for the next one, and holds no process up. */
let single: Decoder | undefined;

/** @returns what is wanted of the picture @throws DataError with a short reason */
export async function decodeOne(image: ImageFile, want: DecodeTarget): Promise<Uint8Array> {
  single ??= openDecoder(1, null);
  const { rows, problems } = await single.decode([image], want);
  const [problem] = problems;
  if (problem != null) throw new DataError(problem);
  // Of its own: native libraries take no shared memory.
  return rows.slice();
}

/**
 * A decoder for as long as `use` takes.
 * @param threads at most; there is always one
 * @param time that all pictures together may take; more is a DatasetBudgetError
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

/** Decodes in this thread: nothing stops a picture that takes for ever. */
class InlineDecoder implements Decoder {
  readonly ahead = 1;
  readonly batch = 1;

  constructor(private readonly time: TimeBudget | null) {}

  async decode(images: readonly ImageFile[], want: DecodeTarget): Promise<Decoded> {
    const size = wantedSize(want);
    const rows = new Uint8Array(images.length * size);
    const problems: (string | null)[] = [];
    for (const [i, image] of images.entries()) {
      try {
        const bytes = await image.read();
        const begin = performance.now();
        if (image.file !== undefined) this.time?.allow(bytes.length);
        rows.set(await decodeTo(bytes, want), i * size);
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
