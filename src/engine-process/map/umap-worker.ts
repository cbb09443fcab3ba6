import { parentPort, workerData } from 'node:worker_threads';
import type { Layout } from '../../latent/umap/umap';
import type { LayoutProgress } from '../../protocol/layout';
import { layOut } from '../../model/umap-layout';
import type { LayoutRequest } from '../../model/umap-layout';

/** `workerData` of the UMAP worker; see `layoutOf`. */
export interface LayoutThreadData {
  /** count × Nz. */
  readonly points: Float32Array;
  readonly dimensions: number;
  readonly request: LayoutRequest;
}

export type LayoutReply = { readonly progress: LayoutProgress } | { readonly layout: Layout };

/** Minimum interval between progress messages, in ms. */
const PROGRESS_INTERVAL_MS = 100;

const { points, dimensions, request } = workerData as LayoutThreadData;
const work = layOut(points, dimensions, request);
let said = -Infinity;
for (;;) {
  const next = work.next();
  if (next.done) {
    parentPort!.postMessage({ layout: next.value } satisfies LayoutReply, [
      next.value.places.buffer as ArrayBuffer,
    ]);
    break;
  }
  if (performance.now() - said < PROGRESS_INTERVAL_MS) continue;
  said = performance.now();
  parentPort!.postMessage({ progress: next.value } satisfies LayoutReply);
}
