import { augment, isAugmented, UNIFORMS_PER_IMAGE } from '../datasets/sampling/augment';
import { binariseForTraining } from '../datasets/sampling/binarise';
import type { ImageRows } from '../datasets/rows/image-rows';
import type { Engine } from '../engine/engine';
import { RandomStream } from '../random/stream';
import type { RunConfig } from '../runs/config';
import { rangeOf, WHOLE_MINIBATCH } from './minibatch-part';
import type { MinibatchPart } from './minibatch-part';

/** Maximum image bytes per chunk; a few chunks are in memory at a time. */
const CHUNK_BYTES = 16 * 2 ** 20;

/**
 * Decides whether chunks stream their images, because these are not in memory or differ between epochs. Otherwise they are
 * resident in the session. Results are the same either way. An engine with a memory of its own would copy all of them at each call; ranks would each
 * hold all of them, and need only their own rows.
 * @param images before binarisation
 */
export function streamsImages(
  { data }: RunConfig,
  { resident }: ImageRows,
  { ownMemory, ranks }: Pick<Engine, 'ownMemory' | 'ranks'>,
): boolean {
  const isCopied = ownMemory !== undefined || ranks !== undefined;
  return resident === null || isCopied || data.binarisation === 'dynamic' || isAugmented(data.augmentation);
}

/** Returns the maximum steps per chunk of streamed images. */
export function maxSteps({ training, model }: RunConfig): number {
  return Math.max(1, Math.floor(CHUNK_BYTES / (training.minibatch * model.inputSize)));
}

/** Reads the images of minibatches, augments their grey values, then binarises them, as configured. */
export class MinibatchImages {
  private readonly augmentation: RandomStream;

  private readonly range: ReturnType<typeof rangeOf>;

  /**
   * @param rows the dataset's images before binarisation @param positions as `Dataset.numbers`; null for the row numbers
   * @param part of the minibatches that is asked for
   */
  constructor(
    private readonly config: RunConfig,
    private readonly rows: ImageRows,
    private readonly positions: Uint32Array | null = null,
    part: MinibatchPart = WHOLE_MINIBATCH,
  ) {
    this.range = rangeOf(part, config.training.minibatch);
    this.augmentation = new RandomStream(config.seed, 'augment');
  }

  /**
   * Returns the images of consecutive steps: a pure function of the seeds, the step, the image and its place in the minibatch.
   * @param numbers row numbers, steps × M of the part @param epochOf returns a step's epoch @returns the bytes of one image per number
   */
  ofSteps(firstStep: number, numbers: Uint32Array, epochOf: (step: number) => number): Uint8Array {
    const { length: minibatch } = this.range;
    // One call for all steps, so that images are read in file order.
    const bytes = this.rows.gather(numbers);
    const { binarisation, augmentation } = this.config.data;
    if (binarisation === 'none' && !isAugmented(augmentation)) return bytes;
    const size = minibatch * this.rows.size;
    for (let step = firstStep, i = 0; i * minibatch < numbers.length; step++, i++) {
      const own = bytes.subarray(i * size, (i + 1) * size);
      const images = numbers.subarray(i * minibatch, (i + 1) * minibatch);
      own.set(this.changed(own, images, step, epochOf(step)));
    }
    return bytes;
  }

  private changed(pixels: Uint8Array, images: Uint32Array, step: number, epoch: number): Uint8Array {
    const { data } = this.config;
    const { augmentation, binarisation, split } = data;
    if (isAugmented(augmentation)) {
      const { size } = this.rows;
      const skipped = UNIFORMS_PER_IMAGE * this.range.first;
      const uniforms = this.augmentation.uniforms(step, UNIFORMS_PER_IMAGE * images.length, skipped);
      for (let i = 0; i < images.length; i++) {
        const image = pixels.subarray(i * size, (i + 1) * size);
        const own = uniforms.subarray(i * UNIFORMS_PER_IMAGE, (i + 1) * UNIFORMS_PER_IMAGE);
        image.set(augment(image, data, augmentation, own));
      }
    }
    const { positions } = this;
    const drawnBy = positions ? images.map((row) => positions[row]!) : images;
    return binariseForTraining(pixels, drawnBy, binarisation, split.seed, epoch);
  }
}
