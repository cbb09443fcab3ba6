import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { stepSizeOf } from '../../vae/step-size';
import type { Chunk } from '../engine';
import { noiseInputs } from '../noise';
import type { Values, WireArray } from './wire';

/** The arguments of one call of the training loop. */
interface ChunkCall {
  readonly firstStep: number;
  readonly steps: number;
  /** Of the call after it; 0 if not known. */
  readonly nextSteps: number;
  readonly arrays: Readonly<Record<string, WireArray>>;
}

/**
 * Splits a chunk into calls of at most `most` steps.
 * @param training its minibatch is as large as those of the chunk, which may be parts
 * @param nextSteps steps of the chunk after it; 0 if not known
 * @param images of the chunk, which each step brings; null if its rows index those of the session
 */
export function* callsOf(
  chunk: Chunk,
  model: VaeConfig,
  training: TrainingConfig,
  images: Uint8Array | null,
  most: number,
  nextSteps: number,
): Generator<ChunkCall> {
  const { minibatch, draws } = training;
  const { inputSize } = model;
  const rate = stepSizeOf(training);
  const indices = new Int32Array(chunk.rows.buffer, chunk.rows.byteOffset, chunk.rows.length);
  for (let start = 0; start < chunk.steps; start += most) {
    const steps = Math.min(most, chunk.steps - start);
    const firstStep = chunk.firstStep + start;
    const part = <T extends Values>(values: T, perStep: number): T =>
      values.subarray(start * perStep, (start + steps) * perStep) as T;
    const noise = noiseInputs(model, training).map(({ name, columns, of }): [string, WireArray] => {
      const shape = [steps, draws * minibatch, columns];
      return [name, { shape, values: part(of(chunk), draws * minibatch * columns) }];
    });
    const rows = part(indices, minibatch);
    yield {
      ...{ firstStep, steps, nextSteps: Math.min(most, chunk.steps - start - steps || nextSteps) },
      arrays: {
        ...Object.fromEntries(noise),
        rates: {
          shape: [steps],
          values: Float32Array.from({ length: steps }, (_, i) => rate(firstStep + i)),
        },
        ...(images === null
          ? { rows: { shape: [steps, minibatch], values: rows } }
          : {
              images: {
                shape: [steps, minibatch, inputSize],
                values: gathered(images, rows, inputSize),
              },
            }),
      },
    };
  }
}

/** Returns a training with the part of its minibatch that one of `count` processes has. */
export const ownPart = (training: TrainingConfig, count: number): TrainingConfig => ({
  ...training,
  minibatch: training.minibatch / count,
});

/** Copies the indexed images. */
function gathered(images: Uint8Array, indices: Int32Array, size: number): Uint8Array {
  const copied = new Uint8Array(indices.length * size);
  indices.forEach((index, i) => copied.set(images.subarray(index * size, (index + 1) * size), i * size));
  return copied;
}
