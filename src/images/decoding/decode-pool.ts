import { MAX_MEMORY_BYTES } from '../codecs/image';
import type { TimeBudget } from './time-budget';
import { MemoryBudget } from './memory-budget';
import { DecodeWorkerClient } from './decode-worker-client';
import { wantedSize } from './decode-task';
import type { DecodeTarget } from './decode-task';
import { NO_IMAGE, progressBytes } from './decode-protocol';
import type { DecodeOrder, OrderedPicture } from './decode-protocol';
import { isAboutOneFile } from '../data-error';
import type { ImageFile } from '../image-file';
import type { Decoded, Decoder } from './decoder-types';
import { Queue } from '../../shared/queue';

/** Batches in flight per thread: since results come in order, one slow image holds back the batches after it. */
const BATCHES_A_THREAD = 4;
/** Limits for images inside container files: bytes read ahead, and bytes per order; a single image may exceed them. */
const MAX_READ_AHEAD_BYTES = 64 * 2 ** 20;
const MAX_ORDER_BYTES = 16 * 2 ** 20;
/** Images inside container files that are read concurrently. */
const MAX_CONCURRENT_READS = 16;

/** A pool of worker threads that decode images in batches. Results depend only on the images. */
export class DecodePool implements Decoder {
  readonly ahead: number;
  readonly batch = 64;
  private readonly all: readonly DecodeWorkerClient[];
  private readonly idle: DecodeWorkerClient[];
  private readonly waiting: ((thread: DecodeWorkerClient) => void)[] = [];
  /** Bytes read but not yet decoded; `wake` resumes the reader that waits for them to drop. */
  private readAhead = 0;
  private wake: () => void = () => undefined;
  private readonly reads = new Queue();
  private isClosed = false;

  /** @param path of the worker bundle @param time budget for all images together */
  constructor(
    path: string,
    threads: number,
    private readonly time: TimeBudget | null,
  ) {
    this.ahead = BATCHES_A_THREAD * threads;
    const budget = new MemoryBudget(MemoryBudget.sharedBy(threads), MAX_MEMORY_BYTES);
    this.all = Array.from({ length: threads }, (_, number) => new DecodeWorkerClient(path, number, budget));
    this.idle = [...this.all];
  }

  async decode(images: readonly ImageFile[], want: DecodeTarget): Promise<Decoded> {
    const problems: (string | null)[] = images.map(() => null);
    const rows = new SharedArrayBuffer(images.length * wantedSize(want));
    const progress = new SharedArrayBuffer(progressBytes(images.length));
    new Int32Array(progress).fill(NO_IMAGE);
    const decodePart = (pictures: readonly OrderedPicture[]) =>
      this.decodePart({ pictures, want, rows, progress }, problems);
    const files = images.flatMap(({ file, page }, i): OrderedPicture[] =>
      file === undefined ? [] : [[i, file, page]],
    );
    if (files.length === images.length) await decodePart(files);
    else await this.decodeContents(images, problems, decodePart);
    return { rows: new Uint8Array(rows), problems };
  }

  /** Reads images inside container files, in call order and limited by `MAX_READ_AHEAD_BYTES`, and decodes them. */
  private async decodeContents(
    images: readonly ImageFile[],
    problems: (string | null)[],
    decodePart: (pictures: readonly OrderedPicture[]) => Promise<void>,
  ): Promise<void> {
    const parts: Promise<void>[] = [];
    await this.reads.run(async () => {
      for (let next = 0; next < images.length && !this.isClosed;) {
        while (this.readAhead > MAX_READ_AHEAD_BYTES && !this.isClosed)
          await new Promise<void>((resolve) => (this.wake = resolve));
        const pictures: OrderedPicture[] = [];
        let bytes = 0;
        const known = new Map<ImageFile['read'], ReturnType<typeof readOne>>();
        const isOpen = () => images[next]!.page !== undefined && known.has(images[next]!.read);
        while (next < images.length && (bytes < MAX_ORDER_BYTES || isOpen())) {
          const some = readableAtOnce(images, next);
          const contents = await Promise.all(
            some.map((image) => {
              // Images of one file share its bytes.
              const found = known.get(image.read) ?? readOne(image);
              if (image.page) known.set(image.read, found);
              return found;
            }),
          );
          const counted = new Set<unknown>(pictures.map(([, content]) => content));
          contents.forEach((content, i) => {
            if ('problem' in content) problems[next + i] = content.problem;
            else pictures.push([next + i, content.content, some[i]!.page]);
            if ('problem' in content || counted.has(content.content)) return;
            counted.add(content.content);
            bytes += typeof content.content === 'string' ? 0 : content.content.length;
          });
          next += some.length;
        }
        this.readAhead += bytes;
        const part = decodePart(pictures).finally(() => {
          this.readAhead -= bytes;
          this.wake();
        });
        // If another part fails first, this rejection must not go unhandled.
        part.catch(() => undefined);
        parts.push(part);
      }
    });
    await Promise.all(parts);
  }

  /** Runs an order; if an image ends its worker, runs the remaining images as another order. */
  private async decodePart(order: DecodeOrder, problems: (string | null)[]): Promise<void> {
    const state = new Int32Array(order.progress);
    for (;;) {
      const isLeft = ([i]: OrderedPicture) => problems[i] === null && state[1 + i] === NO_IMAGE;
      const pictures = order.pictures.filter(isLeft);
      if (pictures.length === 0 || this.isClosed) return;
      const { problems: found, ms, fileBytes } = await this.run({ ...order, pictures });
      for (const [i, problem] of found) problems[i] = problem;
      this.time?.allow(fileBytes);
      this.time?.spend(ms);
    }
  }

  private async run(order: DecodeOrder): ReturnType<DecodeWorkerClient['run']> {
    const thread =
      this.idle.pop() ?? (await new Promise<DecodeWorkerClient>((resolve) => this.waiting.push(resolve)));
    try {
      // Running an order after `close` would restart the worker.
      return this.isClosed ? { problems: [], ms: 0, fileBytes: 0 } : await thread.run(order);
    } finally {
      const next = this.waiting.shift();
      if (next) next(thread);
      else this.idle.push(thread);
    }
  }

  /** Terminates the workers; images not yet decoded are abandoned. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.wake();
    await Promise.all(this.all.map((thread) => thread.end()));
  }
}

/** Returns the next images whose total size fits an order; an image of unknown size is read alone. */
function readableAtOnce(images: readonly ImageFile[], first: number): readonly ImageFile[] {
  let length = 0;
  let bytes = 0;
  while (first + length < images.length && length < MAX_CONCURRENT_READS) {
    const image = images[first + length]!;
    const isShared = length > 0 && image.read === images[first + length - 1]!.read;
    bytes += isShared ? 0 : (image.size ?? MAX_ORDER_BYTES);
    if (length > 0 && bytes > MAX_ORDER_BYTES) break;
    length++;
  }
  return images.slice(first, first + length);
}

async function readOne(
  image: ImageFile,
): Promise<{ readonly content: string | Uint8Array } | { readonly problem: string }> {
  try {
    return { content: image.file ?? (await image.read()) };
  } catch (error) {
    if (!isAboutOneFile(error)) throw error;
    return { problem: error.message };
  }
}
