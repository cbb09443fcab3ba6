import { parentPort, workerData } from 'node:worker_threads';
import { DirectParquetReader } from './parquet-reader';
import type { SupervisedReply, SupervisedWorkerData } from '../../images/decoding/supervised-worker';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';

export type ParquetOrder =
  | { readonly kind: 'open'; readonly path: string; readonly rules: ReadingRules }
  | { readonly kind: 'images'; readonly path: string; readonly group: number; readonly row: number };

/** Extra time per page: a fixed part, plus a part by its size. The slowest decompressor makes several times as much. */
const MS_A_PAGE = 50;
const BYTES_A_MS = 16_000;

const allowance = new Int32Array((workerData as SupervisedWorkerData).allowance);
const reader = new DirectParquetReader((bytes) => {
  Atomics.add(allowance, 0, MS_A_PAGE + Math.ceil(bytes / BYTES_A_MS));
});

/** Handles a request and posts the reply; transfers the page's buffer if nothing else uses it. */
async function answer(order: ParquetOrder): Promise<void> {
  const reply = (message: SupervisedReply, transfer: ArrayBuffer[] = []): void =>
    parentPort!.postMessage(message, transfer);
  try {
    if (order.kind === 'open') return reply({ value: await reader.open(order.path, order.rules) });
    const page = await reader.images(order.path, order.group, order.row);
    const { buffer, byteLength } = page.bytes;
    const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
    reply({ value: page }, isOwn ? [buffer] : []);
  } catch (error) {
    const { message } = error as Error;
    reply(error instanceof DataError ? { problem: message } : { failure: message });
  }
}

parentPort!.on('message', (order: ParquetOrder) => void answer(order));
