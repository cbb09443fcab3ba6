import { MAXIMUM_MEMORY } from '../codecs/image';
import { isAboutOneFile } from '../dataset';
import type { EncodedImage } from '../encoded';
import { MemoryBudget } from './budget';
import type { Decoded, Decoder } from './decoder';
import { PoolThread } from './pool-thread';
import { wantedSize, type Want } from './task';
import { NOTHING, progressBytes, type DecodeOrder } from './thread-protocol';

/** A picture that takes long holds up those behind it, of which this many times the threads' number go on meanwhile. */
const BATCHES_A_THREAD = 4;

/** Threads that decode pictures, each some at a time. What they give depends on nothing but the pictures. */
export class DecodePool implements Decoder {
  readonly ahead: number;
  readonly batch = 64;
  private readonly all: readonly PoolThread[];
  private readonly idle: PoolThread[];
  private readonly waiting: ((thread: PoolThread) => void)[] = [];

  /** @param path of the threads' bundle */
  constructor(path: string, threads: number) {
    this.ahead = BATCHES_A_THREAD * threads;
    const budget = new MemoryBudget(MemoryBudget.sharedBy(threads), MAXIMUM_MEMORY);
    this.all = Array.from({ length: threads }, (_, number) => new PoolThread(path, number, budget));
    this.idle = [...this.all];
  }

  async decode(images: readonly EncodedImage[], want: Want): Promise<Decoded> {
    const problems: (string | null)[] = images.map(() => null);
    const contents = await Promise.all(
      images.map(async (image, i) => {
        if (image.file !== undefined) return image.file;
        return image.read().catch((error: unknown) => {
          if (!isAboutOneFile(error)) throw error;
          problems[i] = error.message;
          return new Uint8Array();
        });
      }),
    );
    const rows = new SharedArrayBuffer(images.length * wantedSize(want));
    const progress = new SharedArrayBuffer(progressBytes(images.length));
    const state = new Int32Array(progress).fill(NOTHING);
    for (;;) {
      const left = contents.map((content, i) => [i, content] as const);
      const pictures = left.filter(([i]) => problems[i] === null && state[1 + i] === NOTHING);
      if (pictures.length === 0) return { rows: new Uint8Array(rows), problems };
      // Once, unless a picture ends its thread: then another one goes on with the rest.
      const found = await this.run({ pictures, want, rows, progress });
      for (const [i, problem] of found) problems[i] = problem;
    }
  }

  private async run(order: DecodeOrder): Promise<readonly (readonly [number, string])[]> {
    const thread =
      this.idle.pop() ?? (await new Promise<PoolThread>((resolve) => this.waiting.push(resolve)));
    try {
      return await thread.run(order);
    } finally {
      const next = this.waiting.shift();
      if (next) next(thread);
      else this.idle.push(thread);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((thread) => thread.end()));
  }
}
