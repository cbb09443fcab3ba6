import { checkTensor } from './tensor';
import type { OnnxTensor } from './tensor';

/** Error for a library that is missing, does not load, or rejects a model. */
export class OnnxRuntimeError extends Error {
  override readonly name = 'OnnxRuntimeError';
}

export interface OnnxSessionOptions {
  /**
   * Whether the native library plans one block of memory for all values of the graph. Without a plan it allocates and frees each
   * value: training the convolutional model at 64×64×3 then takes 435 instead of 571 MiB and 4 % more time.
   */
  readonly planMemory?: boolean;
}

/** ONNX Runtime, loaded: the native library or its WebAssembly build. */
export interface OnnxRuntime {
  /** Threads that one operator may use, including the calling thread. */
  readonly threads: number;
  /** Prepares a model; the library optimizes the graph first. @throws {OnnxRuntimeError} if the library rejects it */
  open(model: Uint8Array, options?: OnnxSessionOptions): Promise<OnnxSession>;
}

export interface OnnxSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * Computes all outputs, in new arrays. Either runtime blocks this thread meanwhile.
   * @throws {OnnxRuntimeError} for an input that is missing or has another shape, or if the library fails
   */
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Record<string, OnnxTensor>>;
  /** Frees the session immediately; it cannot run afterwards. */
  dispose(): void;
}

/** Returns the input of this name. @throws {OnnxRuntimeError} if it is missing @throws RangeError if its size is wrong */
export function inputOf(name: string, feeds: Readonly<Record<string, OnnxTensor>>): OnnxTensor {
  const tensor = feeds[name];
  if (!tensor) throw new OnnxRuntimeError(`the ONNX model's input '${name}' was not given`);
  checkTensor(name, tensor);
  return tensor;
}

/** Messages for a model that the library rejects, and for a call that fails. */
export const REFUSED = 'the ONNX model was refused';
export const NOT_RUN = 'the ONNX model could not be run';
