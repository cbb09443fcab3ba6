import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { imagesOf } from '../chunk-images';
import type { Chunk } from '../engine';
import { noiseInputs } from '../noise';

/** Maximum bytes fed per call of a loop with room for a fixed number of steps: the unused rest is copied, too. */
export const MAX_FED_BYTES = 2 ** 21;

/** The arguments of one call of the loop. Arrays have `room` times the length of a step; what follows the steps is zeros. */
export interface ChunkCall {
  /** Steps to run, up to `room`. */
  readonly steps: number;
  readonly room: number;
  readonly firstStep: number;
  /** room × M */
  readonly rows: Int32Array;
  /** Random inputs by name, each room × L × M × columns. */
  readonly noise: Readonly<Record<string, Float32Array>>;
  /** room × M images, which `rows` index; null if the session's own are used. */
  readonly images: Uint8Array | null;
}

type Values = Float32Array | Int32Array | Uint8Array;

/** Returns a part of an array, with zeros behind it if it is shorter than `length`. */
function padded<T extends Values>(part: T, length: number): T {
  if (part.length === length) return part;
  const whole = new (part.constructor as new (length: number) => T)(length);
  whole.set(part);
  return whole;
}

/**
 * Splits a chunk into calls.
 * @param resident the session's own images, or null if chunks stream them
 * @param room steps per call; null for one call of just the chunk's steps
 */
export function* callsOf(
  chunk: Chunk,
  model: VaeConfig,
  training: TrainingConfig,
  resident: Uint8Array | null,
  room: number | null,
): Generator<ChunkCall> {
  const { minibatch, draws } = training;
  const inputs = noiseInputs(model, training).map(({ name, columns, of }) => ({
    name,
    perStep: draws * minibatch * columns,
    values: of(chunk),
  }));
  const images = imagesOf(chunk, resident);
  const isStreamed = images !== resident;
  const indices = new Int32Array(chunk.rows.buffer, chunk.rows.byteOffset, chunk.rows.length);
  const size = room ?? chunk.steps;
  for (let start = 0; start < chunk.steps; start += size) {
    const steps = Math.min(size, chunk.steps - start);
    const part = <T extends Values>(values: T, perStep: number): T =>
      padded(values.subarray(start * perStep, (start + steps) * perStep) as T, size * perStep);
    const own = part(indices, minibatch);
    // With fixed shapes, each row of the minibatches brings its image.
    const moves = isStreamed && room !== null;
    yield {
      ...{ steps, room: size, firstStep: chunk.firstStep + start },
      rows: moves ? own.map((_, i) => i) : own,
      noise: Object.fromEntries(inputs.map(({ name, perStep, values }) => [name, part(values, perStep)])),
      images: moves ? gathered(images, own, model.inputSize, steps * minibatch) : isStreamed ? images : null,
    };
  }
}

/** Copies the first `count` of the indexed images, and leaves the rest black. */
function gathered(images: Uint8Array, indices: Int32Array, size: number, count: number): Uint8Array {
  const copied = new Uint8Array(indices.length * size);
  for (let i = 0; i < count; i++) {
    const from = indices[i]! * size;
    copied.set(images.subarray(from, from + size), i * size);
  }
  return copied;
}
