import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine';
import { instructionSet, noBfloat16 } from '../processor';
import { loadBinding } from './binding';
import type { Executor } from './executor';
import { ProgramPool } from './program-pool';
import { TensorflowSession } from './session';

function tensorflowVersion(nativeFolder: string): string {
  try {
    const record = JSON.parse(readFileSync(join(nativeFolder, 'installed.json'), 'utf8')) as {
      tensorflow: string;
    };
    return record.tensorflow;
  } catch {
    return 'unknown';
  }
}

/**
 * Opens TensorFlow, with models compiled to its graphs. Its library loads once per process; the first call sets the thread
 * count.
 * @param nativeFolder holds tfjs_binding.node and the TensorFlow libraries
 * @param executor what runs the training loop of models without convolutions. XLA is for those who measured that it is the faster
 *   one: it compiles for a second or more first.
 */
export function tensorflowEngine(
  nativeFolder: string,
  threads: number,
  executor: Executor = 'graph',
): Promise<Engine> {
  const binding = loadBinding(nativeFolder, threads);
  const pool = new ProgramPool(binding);
  const version = tensorflowVersion(nativeFolder);
  return Promise.resolve({
    description: {
      name: 'tensorflow',
      build: `TensorFlow ${version} by tfjs-node 4.22.0, compiled`,
      threads,
      instructionSet: instructionSet(),
      executor,
    },
    noBfloat16: noBfloat16(),
    open: (model, training, images) =>
      Promise.resolve(new TensorflowSession(binding, model, training, images, pool, executor)),
  });
}
