import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { Tensor } from '@tensorflow/tfjs-core';
import { check } from './check';
import type { Graph } from './graph';
import { registerRules } from './kernels';
import { record } from './record';
import { simplify } from './simplify';
import { unify } from './unify';
import type { Dtype } from './types';

export interface TraceInput {
  readonly name: string;
  /** `batch` for a size that is not known yet. */
  readonly shape: readonly (number | 'batch')[];
  /** float32 unless given. */
  readonly dtype?: Dtype;
}

/**
 * Three, so that a square of the batch size is not taken for a multiple of it; not all odd nor all even, so that rounding
 * to pairs shows.
 */
export const BATCHES = [7, 11, 16] as const;

/**
 * The graph of a pure function of tfjs' operations, whatever it computes: gradients by tfjs come out as operations, too.
 * The function must not look at values, and must not use tensors from outside.
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
