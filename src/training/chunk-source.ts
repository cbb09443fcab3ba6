import { Minibatches } from '../datasets/sampling/minibatches';
import type { ImageRows } from '../datasets/rows/image-rows';
import type { Chunk } from '../engine/engine';
import { RandomStream } from '../random/stream';
import type { RunConfig } from '../runs/config';
import { DreamSource } from './dreams';
import { MinibatchImages } from './minibatch-images';

/**
 * Draws chunks: minibatches, noise and, if they are streamed, the images. All are functions of the seeds and the step alone.
 */
export class ChunkSource {
  private readonly batches: Minibatches;
  private readonly streamed: MinibatchImages | null;
  private readonly noise: RandomStream;
  private readonly dreams: DreamSource | null;
  private readonly minibatch: number;
  private readonly noisePerStep: number;

  /**
   * @param images row numbers of the training images
   * @param rows the dataset's images before binarisation if chunks stream them; null if they are resident in the session
   * @param positions as `Dataset.numbers`; null for the row numbers
   */
  constructor(
    config: RunConfig,
    private readonly images: Uint32Array,
    rows: ImageRows | null,
    positions: Uint32Array | null = null,
  ) {
    this.streamed = rows && new MinibatchImages(config, rows, positions);
    const { algorithm, minibatch, draws } = config.training;
    this.minibatch = minibatch;
    this.noisePerStep = draws * minibatch * config.model.latent;
    this.batches = new Minibatches(config.seed, images.length, minibatch);
    this.noise = new RandomStream(config.seed, 'noise');
    this.dreams = algorithm === 'wake-sleep' ? new DreamSource(config) : null;
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
    const drawn = {
      steps,
      firstStep,
      noise,
      ...(this.dreams && { dreams: this.dreams.of(firstStep, steps) }),
    };
    const { streamed, batches } = this;
    if (!streamed) return { ...drawn, rows };
    const own = streamed.ofSteps(firstStep, rows, (step) => batches.epochOf(step));
    return { ...drawn, rows: rows.map((_, i) => i), images: own };
  }
}
