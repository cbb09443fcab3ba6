import { Worker } from 'node:worker_threads';
import type { MemoryBudget } from './memory-budget';
import { NO_IMAGE } from './decode-protocol';
import type { DecodeOrder, DecodeReply, DecodeWorkerData } from './decode-protocol';

/** A picture that takes longer is given up, and its thread ended. */
const MAX_IMAGE_MS = 5000;
const LOOK_EVERY_MS = 250;
/** JavaScript's own memory; pictures lie outside of it. */
const HEAP_MB = 256;

/** What came of an order. */
export type OrderResult = Pick<DecodeReply, 'problems' | 'ms' | 'fileBytes'>;

/** A thread that is started when there is something to do, and anew after it was ended. */
export class DecodeWorkerClient {
  private worker: Worker | null = null;

  /** @param path of the thread's bundle @param number from 0 on */
  constructor(
    private readonly path: string,
    private readonly number: number,
    private readonly budget: MemoryBudget,
  ) {}

  /**
   * One order at a time. A picture that takes too long, or that the thread does not survive, is a problem of the picture,
   * and those behind it are left undone.
   * @throws Error for a failure that is none of a picture's, such as a decoder that is missing
   */
  async run(order: DecodeOrder): Promise<OrderResult> {
    const worker = (this.worker ??= this.start());
    const reply = await this.reply(worker, order);
    if (reply.spent) await this.end();
    if (reply.failure !== undefined) throw new Error(reply.failure);
    return reply;
  }

  async end(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    await worker?.terminate();
    this.budget.release(this.number);
  }

  private start(): Worker {
    const workerData: DecodeWorkerData = { number: this.number, budget: this.budget.shared };
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
    // What comes of a thread that was given up is of no interest, but must not go unheard.
    const worker = new Worker(this.path, { workerData, resourceLimits }).on('error', () => undefined);
    // While there is something to do, the clock of the order keeps the process.
    worker.unref();
    return worker;
  }

  private reply(worker: Worker, order: DecodeOrder): Promise<DecodeReply> {
    return new Promise((resolve) => {
      const begin = performance.now();
      const state = new Int32Array(order.progress);
      const clock = setInterval(() => {
        const picture = Atomics.load(state, 0);
        if (picture !== watched.picture) watched = { picture, since: performance.now() };
        else if (picture !== NO_IMAGE && performance.now() - watched.since > MAX_IMAGE_MS) {
          giveUp([[picture, `takes longer than ${MAX_IMAGE_MS / 1000} s to decode`]]);
        }
      }, LOOK_EVERY_MS);
      let watched = { picture: NO_IMAGE, since: 0 };
      const failed = (error: Error | number): void => {
        const why = typeof error === 'number' ? `it ended with ${error}` : error.message;
        const picture = Atomics.exchange(state, 0, NO_IMAGE);
        if (picture !== NO_IMAGE) giveUp([[picture, `the decoder fails on it: ${why}`]]);
        else giveUp([], `a thread that decodes images failed: ${why}`);
      };
      const giveUp = (problems: DecodeReply['problems'], failure?: string): void =>
        finish({ problems, failure, spent: true, ms: performance.now() - begin, fileBytes: 0 });
      const finish = (reply: DecodeReply): void => {
        clearInterval(clock);
        worker.off('message', finish).off('error', failed).off('exit', failed);
        resolve(reply);
      };
      worker.on('message', finish).on('error', failed).on('exit', failed);
      worker.postMessage(order);
    });
  }
}
