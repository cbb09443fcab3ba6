import { Worker } from 'node:worker_threads';
import { DataError } from '../data-error';
import { Queue } from '../../shared/queue';

const LOOK_EVERY_MS = 100;

/** Start-up data of a supervised worker. */
export interface SupervisedWorkerData {
  /** int32: ms by which the worker extends the timeout of the current call, for large amounts of work. */
  readonly allowance: SharedArrayBuffer;
}

/** Reply of a supervised worker to a call. */
export type SupervisedReply =
  { readonly value: unknown } | { readonly problem: string } | { readonly failure: string };

export interface SupervisedWorkerOptions {
  /** Limit of the JavaScript heap; buffers are stored outside it. */
  readonly heapMegabytes: number;
  /** Timeout of a call, unless the worker extends it. */
  readonly limitMs: number;
}

/** The worker ended without a reply: it timed out, ran out of memory or crashed. */
export class WorkerEndedError extends DataError {}

/**
 * A worker that handles one call at a time and is terminated when a call takes too long or too much memory. It starts on
 * demand, restarts after termination, and does not keep the process alive while idle.
 */
export class SupervisedWorker {
  private worker: Worker | null = null;
  private readonly allowance = new Int32Array(new SharedArrayBuffer(4));
  private readonly calls = new Queue();
  private isClosed = false;

  /** @param path of the worker bundle */
  constructor(
    private readonly path: string,
    private readonly options: SupervisedWorkerOptions,
  ) {}

  /**
   * Queues a call after earlier ones.
   * @throws DataError reported by the worker; WorkerEndedError if it ended; Error for a failure not caused by a file
   */
  call(order: unknown): Promise<unknown> {
    return this.calls.run(() => this.callNow(order));
  }

  /** Terminates the worker; pending calls fail. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.end();
  }

  private async end(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    await worker?.terminate();
  }

  private async callNow(order: unknown): Promise<unknown> {
    if (this.isClosed) throw new Error('the thread was asked after it was closed');
    const worker = (this.worker ??= this.start());
    Atomics.store(this.allowance, 0, 0);
    const reply = await this.reply(worker, order);
    if ('value' in reply) return reply.value;
    if ('problem' in reply) throw new DataError(reply.problem);
    await this.end();
    if ('ended' in reply) throw new WorkerEndedError(reply.ended);
    throw new Error(reply.failure);
  }

  private start(): Worker {
    const workerData: SupervisedWorkerData = { allowance: this.allowance.buffer };
    const resourceLimits = { maxOldGenerationSizeMb: this.options.heapMegabytes };
    // Swallow errors from a terminated worker; without a listener Node would throw.
    const worker = new Worker(this.path, { workerData, resourceLimits }).on('error', () => undefined);
    worker.unref();
    return worker;
  }

  private reply(worker: Worker, order: unknown): Promise<SupervisedReply | { readonly ended: string }> {
    return new Promise((resolve) => {
      const begin = performance.now();
      // While a call runs, this timer keeps the process alive.
      const clock = setInterval(() => {
        const limit = this.options.limitMs + Atomics.load(this.allowance, 0);
        if (performance.now() - begin > limit) {
          finish({ ended: `it takes longer than ${Math.round(limit / 1000)} s to read` });
        }
      }, LOOK_EVERY_MS);
      const failed = (error: Error | number): void => {
        const why = typeof error === 'number' ? `it ended with ${error}` : error.message;
        finish({ ended: `the reader fails on it: ${why}` });
      };
      const finish = (reply: SupervisedReply | { readonly ended: string }): void => {
        clearInterval(clock);
        worker.off('message', finish).off('error', failed).off('exit', failed);
        resolve(reply);
      };
      worker.on('message', finish).on('error', failed).on('exit', failed);
      worker.postMessage(order);
    });
  }
}
