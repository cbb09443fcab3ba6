import type { TrainingConfig, VaeConfig } from '../vae/config';
import type { Chunk, ChunkDreams } from './engine';

/** A random input of the training step's graph: L × M rows per step. */
export interface NoiseInput {
  readonly name: 'epsilon' | 'dreamZ' | 'dreamPixels';
  /** Numbers per row. */
  readonly columns: number;
  /** Reads the input from a chunk: steps × L × M × columns. */
  readonly of: (chunk: Chunk) => Float32Array;
}

function dreamsOf({ dreams }: Chunk): ChunkDreams {
  if (dreams) return dreams;
  throw new Error('wake-sleep: got a chunk without dreams');
}

/** Returns the random inputs of a training step. */
export function noiseInputs(
  { latent, inputSize }: Pick<VaeConfig, 'latent' | 'inputSize'>,
  { algorithm }: Pick<TrainingConfig, 'algorithm'>,
): readonly NoiseInput[] {
  const epsilon: NoiseInput = { name: 'epsilon', columns: latent, of: ({ noise }) => noise };
  if (algorithm === 'aevb') return [epsilon];
  return [
    epsilon,
    { name: 'dreamZ', columns: latent, of: (chunk) => dreamsOf(chunk).z },
    { name: 'dreamPixels', columns: inputSize, of: (chunk) => dreamsOf(chunk).pixels },
  ];
}
