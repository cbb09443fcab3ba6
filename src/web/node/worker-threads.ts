/** Stands in for `node:worker_threads`: what would be a thread of its own is computed in turns (`workerBundle` finds none). */

export const isMainThread = true;
export const parentPort = null;
export const workerData: unknown = null;

export class Worker {
  constructor() {
    throw new Error('no further threads are started in a browser');
  }
}
