import type { TrainingConfig, VaeConfig } from '../vae/config';
import type { Chunk, ChunkDreams } from './engine';

/** Something that each step draws, as an input of its graph: L * M rows. */
export interface NoiseInput {
  readonly name: 'epsilon' | 'dreamZ' | 'dreamPixels';
  /** Numbers of a row. */
  readonly columns: number;
  /** steps × L × M × columns. */
  readonly of: (chunk: Chunk) => Float32Array;
}

function dreamsOf({ dreams }: Chunk): ChunkDreams {
  if (dreams) return dreams;
  throw new Error('wake-sleep: got a chunk without dreams');
}

/** All that a step draws. */
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
