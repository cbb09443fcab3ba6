/** Entry of a thread that does nothing but call the WebAssembly decoder of JPEGs, again and again on the same files. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import createMozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { initEmscriptenModule } from '@jsquash/jpeg/utils.js';
import { compileWasm } from '../../src/images/codecs/asset-file';

export interface BareOrder {
  readonly files: readonly string[];
  readonly count: number;
}

interface Mozjpeg {
  decode(bytes: Uint8Array, upright: boolean): { readonly width: number } | null;
}

const initialise = initEmscriptenModule as unknown as (
  factory: unknown,
  module: WebAssembly.Module,
) => Promise<Mozjpeg>;

async function main(): Promise<void> {
  const { files, count } = workerData as BareOrder;
  const decoder = await initialise(
    createMozjpeg,
    await compileWasm('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'),
  );
  const pictures = files.map((file) => new Uint8Array(readFileSync(file)));
  const decode = (times: number): void => {
    for (let i = 0; i < times; i++) {
      if (!decoder.decode(pictures[i % pictures.length]!, true)) throw new Error('not decoded');
    }
  };
  decode(pictures.length);
  parentPort!.on('message', () => {
    decode(count);
    parentPort!.postMessage('done');
  });
  parentPort!.postMessage('ready');
}

void main();
