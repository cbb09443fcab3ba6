import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Layout } from '../../latent/umap/umap';
import type { LayoutProgress } from '../../protocol/layout';
import { layOut } from '../../model/umap-layout';
import type { LayoutReply, LayoutThreadData } from './umap-worker';
import { workerBundle } from '../../images/decoding/worker-bundle';

const BUNDLE = workerBundle('layout.cjs');
/** Without a worker, the layout yields to the event loop after this time, in ms. */
const TURN_MS = 20;

/**
 * Computes a UMAP layout in a worker thread, because large sets take minutes and must not delay training or requests.
 * @throws the signal's reason once it is aborted; the worker is terminated
 */
export async function layoutOf(
  data: LayoutThreadData,
  onProgress: (progress: LayoutProgress) => void,
  signal: AbortSignal,
): Promise<Layout> {
  signal.throwIfAborted();
  return BUNDLE === null ? inTurns(data, onProgress, signal) : inThread(BUNDLE, data, onProgress, signal);
}

async function inThread(
  bundle: string,
  workerData: LayoutThreadData,
  onProgress: (progress: LayoutProgress) => void,
  signal: AbortSignal,
): Promise<Layout> {
  const worker = new Worker(bundle, { workerData });
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      worker.on('message', (reply: LayoutReply) => {
        if ('layout' in reply) resolve(reply.layout);
        else onProgress(reply.progress);
      });
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('the thread that lays out the map has ended')));
    });
  } finally {
    void worker.terminate();
  }
}

async function inTurns(
  { points, dimensions, request }: LayoutThreadData,
  onProgress: (progress: LayoutProgress) => void,
  signal: AbortSignal,
): Promise<Layout> {
  const work = layOut(points, dimensions, request);
  let begun = performance.now();
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
    if (performance.now() - begun < TURN_MS) continue;
    onProgress(next.value);
    await turn();
    signal.throwIfAborted();
    begun = performance.now();
  }
}
