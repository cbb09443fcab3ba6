import { parentPort, workerData } from 'node:worker_threads';
import { openRows } from '../../datasets/rows/shared-rows';
import type { SharedRows } from '../../datasets/rows/shared-rows';
import type { Chunk } from '../../engine/engine';
import type { RunConfig } from '../../runs/config';
import type { MinibatchPart } from '../../training/minibatch-part';
import { ChunkSource } from '../../training/chunk-source';

/** `workerData` of the minibatch worker; see `startMinibatchWorker`. */
export interface ChunkThreadData {
  readonly config: RunConfig;
  readonly images: Uint32Array;
  readonly rows: SharedRows | null;
  readonly positions: Uint32Array | null;
  readonly part: MinibatchPart;
}

export interface ChunkOrder {
  readonly firstStep: number;
  readonly steps: number;
}

export type ChunkReply =
  { readonly chunk: Chunk } | { readonly failure: { readonly name: string; readonly message: string } };

const { config, images, rows, positions, part } = workerData as ChunkThreadData;
const source = new ChunkSource(config, images, rows && openRows(rows), positions, part);

parentPort!.on('message', ({ firstStep, steps }: ChunkOrder) => {
  let chunk: Chunk;
  try {
    chunk = source.chunk(firstStep, steps);
  } catch (error) {
    // An uncaught error would end the worker and reach the client without its class.
    const { name, message } = error as Error;
    parentPort!.postMessage({ failure: { name, message } } satisfies ChunkReply);
    return;
  }
  const { rows: numbers, noise, images: own, dreams } = chunk;
  const parts = [numbers, noise, ...(own ? [own] : []), ...(dreams ? [dreams.z, dreams.pixels] : [])];
  parentPort!.postMessage(
    { chunk } satisfies ChunkReply,
    parts.map(({ buffer }) => buffer as ArrayBuffer),
  );
});
