import { MAXIMUM_MEMORY } from '../codecs/image';
import type { TimeBudget } from './time-budget';
import { MemoryBudget } from './memory-budget';
import { DecodeWorkerClient } from './decode-worker-client';
import { wantedSize } from './decode-task';
import type { DecodeTarget } from './decode-task';
import { NO_IMAGE, progressBytes } from './decode-protocol';
import type { DecodeOrder } from './decode-protocol';
import { isAboutOneFile } from '../data-error';
import type { ImageFile } from '../image-file';
import type { Decoded, Decoder } from './decoder-types';

/** A picture that takes long holds up those behind it, of which this many times the threads' number go on meanwhile. */
const BATCHES_A_THREAD = 4;
/** Bytes of pictures inside other files that are read ahead, and that a thread gets at a time; a single one may have more. */
const MAX_READ_AHEAD_BYTES = 64 * 2 ** 20;
const MAX_ORDER_BYTES = 16 * 2 ** 20;
/** Pictures inside other files that are read at the same moment. */
const MAX_CONCURRENT_READS = 16;

type Picture = readonly [number: number, content: string | Uint8Array];

/** Threads that decode pictures, each some at a time. What they give depends on nothing but the pictures. */
export class DecodePool implements Decoder {
  readonly ahead: number;
  readonly batch = 64;
  private readonly all: readonly DecodeWorkerClient[];
  private readonly idle: DecodeWorkerClient[];
  private readonly waiting: ((thread: DecodeWorkerClient) => void)[] = [];
  /** Bytes that were read and are not decoded yet, and who waits for them to become fewer. */
  private readAhead = 0;
  private wake: () => void = () => undefined;
  private line: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  /** @param path of the threads' bundle @param time that all pictures together may take */
  constructor(
    path: string,
    threads: number,
    private readonly time: TimeBudget | null,
  ) {
    this.ahead = BATCHES_A_THREAD * threads;
    const budget = new MemoryBudget(MemoryBudget.sharedBy(threads), MAXIMUM_MEMORY);
    this.all = Array.from({ length: threads }, (_, number) => new DecodeWorkerClient(path, number, budget));
    this.idle = [...this.all];
  }

  async decode(images: readonly ImageFile[], want: DecodeTarget): Promise<Decoded> {
    const problems: (string | null)[] = images.map(() => null);
    const rows = new SharedArrayBuffer(images.length * wantedSize(want));
    const progress = new SharedArrayBuffer(progressBytes(images.length));
    new Int32Array(progress).fill(NO_IMAGE);
    const decodePart = (pictures: readonly Picture[]) =>
      this.decodePart({ pictures, want, rows, progress }, problems);
    const files = images.flatMap(({ file }, i): Picture[] => (file === undefined ? [] : [[i, file]]));
    if (files.length === images.length) await decodePart(files);
    else await this.decodeContents(images, problems, decodePart);
    return { rows: new Uint8Array(rows), problems };
  }

  /** Reads pictures that lie in other files, in the order of calls and with so many bytes ahead, and has them decoded. */
  private async decodeContents(
    images: readonly ImageFile[],
    problems: (string | null)[],
    decodePart: (pictures: readonly Picture[]) => Promise<void>,
  ): Promise<void> {
    const parts: Promise<void>[] = [];
    const read = this.line.then(async () => {
      for (let next = 0; next < images.length && !this.isClosed;) {
        while (this.readAhead > MAX_READ_AHEAD_BYTES && !this.isClosed)
          await new Promise<void>((resolve) => (this.wake = resolve));
        const pictures: Picture[] = [];
        let bytes = 0;
        while (next < images.length && bytes < MAX_ORDER_BYTES) {
          const some = readableAtOnce(images, next);
          const contents = await Promise.all(some.map((image, i) => readOne(image, next + i, problems)));
          contents.forEach((content, i) => {
            if (content !== null) pictures.push([next + i, content]);
            if (content instanceof Uint8Array) bytes += content.length;
          });
          next += some.length;
        }
        this.readAhead += bytes;
        const part = decodePart(pictures).finally(() => {
          this.readAhead -= bytes;
          this.wake();
        });
        // Where another one fails first, nobody waits for it.
        part.catch(() => undefined);
        parts.push(part);
      }
    });
    this.line = read.catch(() => undefined);
    await read;
    await Promise.all(parts);
  }

  /** Once, unless a picture ends its thread: then another one goes on with the rest. */
  private async decodePart(order: DecodeOrder, problems: (string | null)[]): Promise<void> {
    const state = new Int32Array(order.progress);
    for (;;) {
      const isLeft = ([i]: Picture) => problems[i] === null && state[1 + i] === NO_IMAGE;
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
      // One that is asked after the end would be started anew.
      return this.isClosed ? { problems: [], ms: 0, fileBytes: 0 } : await thread.run(order);
    } finally {
      const next = this.waiting.shift();
      if (next) next(thread);
      else this.idle.push(thread);
    }
  }

  /** What is not decoded yet is left: nobody waits for it. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.wake();
    await Promise.all(this.all.map((thread) => thread.end()));
  }
}

/** The next pictures that are small enough together; only one whose size nobody knows before it is read. */
function readableAtOnce(images: readonly ImageFile[], first: number): readonly ImageFile[] {
  let length = 0;
  let bytes = 0;
  while (first + length < images.length && length < MAX_CONCURRENT_READS) {
    bytes += images[first + length]!.size ?? MAX_ORDER_BYTES;
    if (length > 0 && bytes > MAX_ORDER_BYTES) break;
    length++;
  }
  return images.slice(first, first + length);
}

async function readOne(image: ImageFile, number: number, problems: (string | null)[]) {
  try {
    return image.file ?? (await image.read());
  } catch (error) {
    if (!isAboutOneFile(error)) throw error;
    problems[number] = error.message;
    return null;
  }
}
