import { Minibatches } from '../data/batches';
import type { Chunk } from '../engine/engine';
import { RandomStream } from '../random/stream';
import type { RunConfig } from '../runs/config';

/** Draws what the steps need: minibatches and noise, each a function of the seed and the step alone. */
export class ChunkSource {
  private readonly batches: Minibatches;
  private readonly noise: RandomStream;
  private readonly minibatch: number;
  private readonly noisePerStep: number;

  /** @param images numbers of the training images */
  constructor(
    config: RunConfig,
    private readonly images: Uint32Array,
  ) {
    const { minibatch, draws } = config.training;
    this.minibatch = minibatch;
    this.noisePerStep = draws * minibatch * config.model.latent;
    this.batches = new Minibatches(config.seed, images.length, minibatch);
    this.noise = new RandomStream(config.seed, 'noise');
  }

  chunk(firstStep: number, steps: number): Chunk {
    const { minibatch, noisePerStep, images } = this;
    const rows = new Uint32Array(steps * minibatch);
    const noise = new Float32Array(steps * noisePerStep);
    for (let i = 0; i < steps; i++) {
      const positions = this.batches.rowsOfStep(firstStep + i);
      rows.set(
        positions.map((position) => images[position]!),
        i * minibatch,
      );
      noise.set(this.noise.normals(firstStep + i, noisePerStep), i * noisePerStep);
    }
    return { steps, firstStep, rows, noise };
  }
}
