import { Worker } from 'node:worker_threads';
import { DataError } from '../data-error';

const LOOK_EVERY_MS = 100;

/** What a supervised thread is given at its start. */
export interface SupervisedWorkerData {
  /** int32: ms that the call in progress may take beyond the usual, because it has so much to do. */
  readonly allowance: SharedArrayBuffer;
}

/** What it answers to a call. */
export type SupervisedReply =
  { readonly value: unknown } | { readonly problem: string } | { readonly failure: string };

export interface SupervisedWorkerOptions {
  /** Of JavaScript's own memory; buffers lie outside of it. */
  readonly heapMegabytes: number;
  /** How long a call may take, if the thread says nothing else. */
  readonly limitMs: number;
}

/** The thread did not answer: it took too long, or more memory than it may. */
export class WorkerEndedError extends DataError {}

/**
 * A thread that answers one call at a time, and that is ended when a call takes too long or too much memory. It is started when
 * there is something to do, and anew after it was ended; it holds no process up.
 */
export class SupervisedWorker {
  private worker: Worker | null = null;
  private readonly allowance = new Int32Array(new SharedArrayBuffer(4));
  private line: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  /** @param path of the thread's bundle */
  constructor(
    private readonly path: string,
    private readonly options: SupervisedWorkerOptions,
  ) {}

  /**
   * Calls wait for those before them.
   * @throws DataError the thread's own, or ThreadEndedError; Error for a failure that is no file's
   */
  call(order: unknown): Promise<unknown> {
    const turn = this.line.then(() => this.callNow(order));
    this.line = turn.catch(() => undefined);
    return turn;
  }

  /** What is still asked for then fails. */
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
    // What comes of a thread that was given up is of no interest, but must not go unheard.
    const worker = new Worker(this.path, { workerData, resourceLimits }).on('error', () => undefined);
    worker.unref();
    return worker;
  }

  private reply(worker: Worker, order: unknown): Promise<SupervisedReply | { readonly ended: string }> {
    return new Promise((resolve) => {
      const begin = performance.now();
      // While there is something to do, this clock keeps the process.
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
