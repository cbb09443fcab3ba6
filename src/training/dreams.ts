import type { ChunkDreams } from '../engine/engine';
import { RandomStream } from '../random/stream';
import type { TrainingConfig, VaeConfig } from '../vae/config';
import { pixelNoiseOf } from '../vae/pixel-noise';

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

  constructor(private readonly config: DreamConfig) {
    this.latents = new RandomStream(config.seed, 'dream');
    this.pixels = new RandomStream(config.seed, 'dream-pixels');
  }

  of(firstStep: number, steps: number): ChunkDreams {
    const { training, model } = this.config;
    const dreams = training.draws * training.minibatch;
    const [points, numbers] = [dreams * model.latent, dreams * model.inputSize];
    const isNormal = pixelNoiseOf(model) === 'normal';
    const z = new Float32Array(steps * points);
    const pixels = new Float32Array(steps * numbers);
    for (let i = 0; i < steps; i++) {
      const step = firstStep + i;
      z.set(this.latents.normals(step, points), i * points);
      const own = isNormal ? this.pixels.normals(step, numbers) : this.pixels.uniforms(step, numbers);
      pixels.set(own, i * numbers);
    }
    return { z, pixels };
  }
}
