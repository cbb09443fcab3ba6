import { Worker } from 'node:worker_threads';
import type { MemoryBudget } from './memory-budget';
import { NO_IMAGE } from './decode-protocol';
import type { DecodeOrder, DecodeReply, DecodeWorkerData } from './decode-protocol';

/** Decoding timeout per image; on timeout, the worker is terminated. */
const MAX_IMAGE_MS = 5000;
const LOOK_EVERY_MS = 250;
/** Limit of the worker's JavaScript heap; image data is stored outside it. */
const HEAP_MB = 256;

/** Result of an order. */
export type OrderResult = Pick<DecodeReply, 'problems' | 'ms' | 'fileBytes'>;

/** Client of a decode worker, which it starts on demand and restarts after termination. */
export class DecodeWorkerClient {
  private worker: Worker | null = null;

  /** @param path of the worker bundle @param number index of the worker in its pool, from 0 */
  constructor(
    private readonly path: string,
    private readonly number: number,
    private readonly budget: MemoryBudget,
  ) {}

  /**
   * Runs an order; one at a time. An image that times out or crashes the worker is reported as a problem, and the images
   * after it stay undecoded.
   * @throws Error for a failure not caused by an image, like a missing decoder
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
    // Swallow errors from a terminated worker; without a listener Node would throw.
    const worker = new Worker(this.path, { workerData, resourceLimits }).on('error', () => undefined);
    // While an order runs, its timer keeps the process alive.
    worker.unref();
    return worker;
  }

  private reply(worker: Worker, order: DecodeOrder): Promise<DecodeReply> {
    return new Promise((resolve) => {
      const begin = performance.now();
      const state = new Int32Array(order.progress);
      const clock = setInterval(() => {
        const picture = Atomics.load(state, 0);
        const frames = Atomics.load(state, state.length - 1);
        if (picture !== watched.picture || frames !== watched.frames)
          watched = { picture, frames, since: performance.now() };
        else if (picture !== NO_IMAGE && performance.now() - watched.since > MAX_IMAGE_MS) {
          giveUp([[picture, `takes longer than ${MAX_IMAGE_MS / 1000} s to decode`]]);
        }
      }, LOOK_EVERY_MS);
      let watched = { picture: NO_IMAGE, frames: 0, since: 0 };
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
