import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CudaLibrary } from '../device';
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

/**
 * Opens TensorFlow on an NVIDIA graphics card, as `tensorflowEngine`. Its products are those of single precision (no TF32), and its operations give the
 * same bits each time, which costs time: a run can be repeated on the same card.
 * @param card its name
 */
export function tensorflowOnCard(
  { folder, variables }: CudaLibrary,
  threads: number,
  card: string,
): Promise<Engine> {
  const binding = loadBinding(folder, threads, variables);
  const pool = new ProgramPool(binding);
  const build = `TensorFlow ${tensorflowVersion(folder)} with CUDA by tfjs-node 4.22.0, compiled; without TF32, deterministic`;
  return Promise.resolve({
    description: {
      ...{ name: 'tensorflow', build, threads, instructionSet: instructionSet() },
      ...{ executor: 'graph', device: card },
    },
    noBfloat16: 'on a graphics card TensorFlow trains in single precision',
    open: (model, training, images) =>
      Promise.resolve(new TensorflowSession(binding, model, training, images, pool, 'graph')),
  });
}
