import { parentPort, workerData } from 'node:worker_threads';
import { readImageHeader } from '../codecs/decode';
import { MAX_MEMORY_BYTES } from '../codecs/image';
import { MemoryBudget } from './memory-budget';
import { rulesOf, wantedSize } from './decode-task';
import { NO_IMAGE } from './decode-protocol';
import type { DecodeOrder, DecodeReply, DecodeWorkerData } from './decode-protocol';
import { memoryFor, PictureReader } from './picture-reader';
import { DataError } from '../data-error';

const MAX_RETAINED_BYTES = 100e6;

const { number, budget: shared } = workerData as DecodeWorkerData;
const budget = new MemoryBudget(shared, MAX_MEMORY_BYTES);

/** Decodes the images of an order. */
async function decodeAll({ pictures, want, rows, progress }: DecodeOrder): Promise<DecodeReply> {
  const state = new Int32Array(progress);
  const target = new Uint8Array(rows);
  const problems: [number, string][] = [];
  let spent = false;
  let fileBytes = 0;
  let waited = 0;
  const begin = performance.now();
  const reader = new PictureReader();
  const frameDone = () => void Atomics.add(state, state.length - 1, 1);
  for (const [i, content, page] of pictures) {
    try {
      // The timeout also covers reading the header, but not waiting for memory, which is not the image's fault.
      Atomics.store(state, 0, i);
      const { bytes, fileSize } = reader.read(content, page);
      // Each file counts once, however many pictures it holds.
      if (typeof content === 'string' && (page?.number ?? 0) === 0) fileBytes += fileSize;
      const memory = bytes.length + memoryFor(readImageHeader(bytes, rulesOf(want)), page);
      spent ||= memory > MAX_RETAINED_BYTES;
      Atomics.store(state, 0, NO_IMAGE);
      const since = performance.now();
      budget.take(number, memory);
      waited += performance.now() - since;
      Atomics.store(state, 0, i);
      target.set(await reader.decode(bytes, page, want, frameDone), i * wantedSize(want));
      Atomics.store(state, 1 + i, 1);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      problems.push([i, error.message]);
    } finally {
      Atomics.store(state, 0, NO_IMAGE);
      budget.release(number);
    }
  }
  return { problems, spent, ms: performance.now() - begin - waited, fileBytes };
}

parentPort!.on('message', (order: DecodeOrder) => {
  decodeAll(order).then(
    (reply) => parentPort!.postMessage(reply),
    ({ message }: Error) =>
      parentPort!.postMessage({ problems: [], failure: message, spent: true, ms: 0, fileBytes: 0 }),
  );
});
