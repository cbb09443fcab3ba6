import type { Tensor } from '@tensorflow/tfjs-core';
import { check } from './check';
import type { Graph } from './graph';
import { registerRules } from './kernels';
import { record } from './record';
import { simplify } from './simplify';
import { unify } from './unify';
import type { TensorDtype } from './types';
// After the library itself: in Node it is another file, which must make the one engine that both use.
import '@tensorflow/tfjs-core/dist/register_all_gradients';

export interface TraceInput {
  readonly name: string;
  /** `batch` is the unknown batch size. */
  readonly shape: readonly (number | 'batch')[];
  /** Defaults to float32. */
  readonly dtype?: TensorDtype;
}

/**
 * Batch sizes at which a function is traced. Three, so that a square of the batch size is not taken for a multiple of it;
 * neither all odd nor all even, so that rounding to pairs shows.
 */
export const BATCHES = [7, 11, 16] as const;

/**
 * Traces a pure function of tfjs operations into a graph; gradients by tfjs become operations, too. The function must not read
 * tensor values or use tensors from outside.
 * @throws TraceError naming the kernel that cannot be traced and where it was called
 */
export function trace(
  inputs: readonly TraceInput[],
  body: (tensors: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>,
): Graph {
  registerRules();
  const symbolic = inputs.some(({ shape }) => shape.includes('batch'));
  const batches = symbolic ? BATCHES : BATCHES.slice(0, 1);
  const recordings = batches.map((batch) =>
    record(
      inputs.map(({ name, shape, dtype }) => ({
        name,
        shape: shape.map((size) => (size === 'batch' ? batch : size)),
        dtype: dtype ?? 'float32',
      })),
      body,
    ),
  );
  return check(simplify(check(unify(recordings, batches))));
}
