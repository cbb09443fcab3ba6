/** Entry point of decoder.js: tensors are loaded into the explorer's page only when a point is decoded. */
import { TensorDecoder } from './tensor-decoder';
import type { LocalDecoder } from './tensor-decoder';
import { startWasmBackend } from './wasm-backend';
import type { DecoderWeights } from '../../src/protocol/engine';

export interface DecoderScript {
  /** Starts the backend, once. @param binary tfjs-backend-wasm-simd.wasm @throws Error where it cannot run */
  start(binary: BufferSource): Promise<void>;
  /** @throws Error for weights that do not fit their model */
  open(weights: DecoderWeights): LocalDecoder;
}

declare global {
  var decoderScript: DecoderScript | undefined;
}

globalThis.decoderScript = {
  start: startWasmBackend,
  open: (weights) => new TensorDecoder(weights),
};
