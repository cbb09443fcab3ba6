import util from 'node:util';
import { engine as tensorEngine, registerBackend, setBackend } from '@tensorflow/tfjs-core';
import { EAGER_NO_BFLOAT16, EagerSession } from '../eager';
import type { Engine } from '../engine';
import { instructionSet } from '../processor';
import { loadBinding } from './binding';

/** Functions that Node 23 removed and tfjs-node's code still calls. */
const legacy = util as unknown as Record<string, unknown>;
legacy['isNullOrUndefined'] ??= (value: unknown): boolean => value == null;
legacy['isArray'] ??= Array.isArray;

/**
 * Opens plain tfjs-node, which makes one call from JavaScript per kernel: the reference for testing and benchmarking the
 * compiled engine. The product never runs it.
 * @param nativeFolder holds tfjs_binding.node and its libraries
 */
export async function eagerTensorflowEngine(nativeFolder: string, threads: number): Promise<Engine> {
  if (!('tensorflow' in tensorEngine().registryFactory)) {
    await import('@tensorflow/tfjs-node/dist/register_all_kernels');
    const { NodeJSKernelBackend } = await import('@tensorflow/tfjs-node/dist/nodejs_kernel_backend');
    const backend = new NodeJSKernelBackend(
      loadBinding(nativeFolder, threads) as never,
      '@tensorflow/tfjs-node',
    );
    registerBackend('tensorflow', () => backend, 3);
  }
  await setBackend('tensorflow');
  return {
    description: {
      name: 'tensorflow',
      build: 'tfjs-node 4.22.0, eager',
      threads,
      instructionSet: instructionSet(),
    },
    noBfloat16: EAGER_NO_BFLOAT16,
    open: (model, training, images) => Promise.resolve(new EagerSession(model, training, images)),
  };
}
