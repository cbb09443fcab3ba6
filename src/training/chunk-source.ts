import { Minibatches } from '../datasets/sampling/minibatches';
import type { ImageRows } from '../datasets/rows/image-rows';
import type { Chunk } from '../engine/engine';
import { RandomStream } from '../random/stream';
import type { RunConfig } from '../runs/config';
import { DreamSource } from './dreams';
import { MinibatchImages } from './minibatch-images';
import { rangeOf, WHOLE_MINIBATCH } from './minibatch-part';
import type { MinibatchPart } from './minibatch-part';

/**
 * Draws chunks: minibatches, noise and, if they are streamed, the images. All are functions of the seeds and the step alone.
 */
export class ChunkSource {
  private readonly batches: Minibatches;
  private readonly streamed: MinibatchImages | null;
  private readonly noise: RandomStream;
  private readonly dreams: DreamSource | null;
  private readonly rowRange: ReturnType<typeof rangeOf>;
  private readonly noiseRange: ReturnType<typeof rangeOf>;

  /**
   * @param images row numbers of the training images
   * @param rows the dataset's images before binarisation if chunks stream them; null if they are resident in the session
   * @param positions as `Dataset.numbers`; null for the row numbers
   * @param part of each minibatch that the chunks have: of all else nothing is read or drawn
   */
  constructor(
    config: RunConfig,
    private readonly images: Uint32Array,
    rows: ImageRows | null,
    positions: Uint32Array | null = null,
    part: MinibatchPart = WHOLE_MINIBATCH,
  ) {
    this.streamed = rows && new MinibatchImages(config, rows, positions, part);
    const { algorithm, minibatch, draws } = config.training;
    this.rowRange = rangeOf(part, minibatch);
    this.noiseRange = rangeOf(part, draws * minibatch * config.model.latent);
    this.batches = new Minibatches(config.seed, images.length, minibatch);
    this.noise = new RandomStream(config.seed, 'noise');
    this.dreams = algorithm === 'wake-sleep' ? new DreamSource(config, part) : null;
  }

  chunk(firstStep: number, steps: number): Chunk {
    const { rowRange, noiseRange, images } = this;
    const rows = new Uint32Array(steps * rowRange.length);
    const noise = new Float32Array(steps * noiseRange.length);
    for (let i = 0; i < steps; i++) {
      const positions = this.batches.rowsOfStep(firstStep + i);
      rows.set(
        positions
          .subarray(rowRange.first, rowRange.first + rowRange.length)
          .map((position) => images[position]!),
        i * rowRange.length,
      );
      const { first, length } = noiseRange;
      noise.set(this.noise.normals(firstStep + i, length, first), i * length);
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
