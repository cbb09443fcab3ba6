import { parentPort, workerData } from 'node:worker_threads';
import type { RunConfig } from '../runs/config';
import { ChunkSource } from '../train/chunkSource';

/** Entry of the thread that draws chunks: what it is given at its start, and what it is asked. */
export interface ChunkThreadData {
  readonly config: RunConfig;
  readonly images: Uint32Array;
}

export interface ChunkOrder {
  readonly firstStep: number;
  readonly steps: number;
}

const { config, images } = workerData as ChunkThreadData;
const source = new ChunkSource(config, images);

parentPort!.on('message', ({ firstStep, steps }: ChunkOrder) => {
  const chunk = source.chunk(firstStep, steps);
  parentPort!.postMessage(chunk, [chunk.rows.buffer as ArrayBuffer, chunk.noise.buffer as ArrayBuffer]);
});
