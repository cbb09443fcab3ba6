import type { ChunkDreams } from '../engine/engine';
import { RandomStream } from '../random/stream';
import type { TrainingConfig, VaeConfig } from '../vae/config';
import { pixelNoiseOf } from '../vae/pixel-noise';
import { rangeOf, WHOLE_MINIBATCH } from './minibatch-part';
import type { MinibatchPart } from './minibatch-part';

/** The settings that determine the dreams. */
export interface DreamConfig {
  readonly seed: number;
  readonly model: Pick<VaeConfig, 'latent' | 'inputSize' | 'likelihood'>;
  readonly training: Pick<TrainingConfig, 'draws' | 'minibatch'>;
}

/** Draws the latents and pixel noise of wake-sleep's dreams, as functions of the seed and the step alone. */
export class DreamSource {
  private readonly latents: RandomStream;
  private readonly pixels: RandomStream;

  constructor(
    private readonly config: DreamConfig,
    private readonly part: MinibatchPart = WHOLE_MINIBATCH,
  ) {
    this.latents = new RandomStream(config.seed, 'dream');
    this.pixels = new RandomStream(config.seed, 'dream-pixels');
  }

  of(firstStep: number, steps: number): ChunkDreams {
    const { config, part } = this;
    const { training, model } = config;
    const dreams = rangeOf(part, training.draws * training.minibatch);
    const [points, numbers] = [dreams.length * model.latent, dreams.length * model.inputSize];
    const [skippedPoints, skippedNumbers] = [dreams.first * model.latent, dreams.first * model.inputSize];
    const isNormal = pixelNoiseOf(model) === 'normal';
    const z = new Float32Array(steps * points);
    const pixels = new Float32Array(steps * numbers);
    for (let i = 0; i < steps; i++) {
      const step = firstStep + i;
      z.set(this.latents.normals(step, points, skippedPoints), i * points);
      const own = isNormal
        ? this.pixels.normals(step, numbers, skippedNumbers)
        : this.pixels.uniforms(step, numbers, skippedNumbers);
      pixels.set(own, i * numbers);
    }
    return { z, pixels };
  }
}
