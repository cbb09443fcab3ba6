import { Worker } from 'node:worker_threads';
import { openRows } from '../../datasets/rows/shared-rows';
import type { SharedRows } from '../../datasets/rows/shared-rows';
import type { Chunk } from '../../engine/engine';
import type { RunConfig } from '../../runs/config';
import { ChunkSource } from '../../training/chunk-source';
import type { DrawChunk } from '../../training/chunk-prefetcher';
import { WHOLE_MINIBATCH } from '../../training/minibatch-part';
import type { MinibatchPart } from '../../training/minibatch-part';
import type { ChunkOrder, ChunkReply, ChunkThreadData } from './minibatch-worker';
import { DataError } from '../../images/data-error';
import { workerBundle } from '../../images/decoding/worker-bundle';

const BUNDLE = workerBundle('chunks.cjs');

export interface MinibatchWorkerClient {
  readonly draw: DrawChunk;
  close(): void;
}

/**
 * Draws chunks of minibatches and noise in a worker thread, because the engine blocks this one. Chunks include the images
 * if `rows` is given. Replies arrive in request order. Draws in this thread if the worker's bundle is missing.
 * @param images row numbers of the training images @param rows the dataset's images if they are streamed, else null
 * @param positions as `Dataset.numbers`; null for the row numbers @param part of each minibatch that the chunks have
 */
export function startMinibatchWorker(
  config: RunConfig,
  images: Uint32Array,
  rows: SharedRows | null,
  positions: Uint32Array | null = null,
  { index, count }: MinibatchPart = WHOLE_MINIBATCH,
): MinibatchWorkerClient {
  const part = { index, count };
  if (BUNDLE === null) {
    const source = new ChunkSource(config, images, rows && openRows(rows), positions, part);
    return {
      draw: (firstStep, steps) => new Promise((resolve) => resolve(source.chunk(firstStep, steps))),
      close: () => undefined,
    };
  }
  const data: ChunkThreadData = { config, images, rows, positions, part };
  const worker = new Worker(BUNDLE, { workerData: data });
  // The worker keeps the process alive only while a request is pending.
  worker.unref();
  const waiting: { resolve: (chunk: Chunk) => void; reject: (error: Error) => void }[] = [];
  let failure: Error | null = null;
  worker.on('message', (reply: ChunkReply) => {
    const order = waiting.shift();
    if ('chunk' in reply) order?.resolve(reply.chunk);
    else order?.reject(failureOf(reply.failure));
    if (waiting.length === 0) worker.unref();
  });
  worker.on('error', (error) => {
    failure = error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  });
  return {
    draw: (firstStep, steps) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        waiting.push({ resolve, reject });
        worker.ref();
        const order: ChunkOrder = { firstStep, steps };
        worker.postMessage(order);
      }),
    close: () => void worker.terminate(),
  };
}

function failureOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'DataError' ? new DataError(message) : new Error(message);
}
