import { dispose, memory, slice, squeeze, tensor, tensor2d, tensor3d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, TensorContainer } from '@tensorflow/tfjs-core';
// After the library itself: in Node it is another file, which must make the one engine that both use.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { TrainingConfig, VaeConfig } from '../vae/config';
import { decode } from '../vae/decoder';
import { boundTerms } from '../vae/elbo';
import { encode } from '../vae/encoder';
import { addWeight, emptyLogSum, logWeight } from '../vae/importance';
import { likelihoodOf } from '../vae/likelihood';
import { parameterShapes } from '../vae/parameters';
import { trainingStep } from '../vae/step';
import type { StepNoise, StepState } from '../vae/step';
import { imagesOf } from './chunk-images';
import { givenNoise } from './draws';
import { requireFloat32 } from './precision';
import type {
  BlockNoise,
  Chunk,
  ChunkMetrics,
  ImageBounds,
  Posteriors,
  Session,
  TrainingState,
  WeightSums,
} from './engine';

/** Byte values scaled to [0, 1]. */
const SCALED = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

function scaled(bytes: Uint8Array): Float32Array {
  const result = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) result[i] = SCALED[bytes[i]!]!;
  return result;
}

const numbers = (t: Tensor): Float32Array => t.dataSync<'float32'>();

/** `tidy` for results that are objects of tensors. */
function tidied<T extends object>(work: () => T): T {
  return tidy(() => work() as TensorContainer) as T;
}

export const EAGER_NO_BFLOAT16 = 'TensorFlow.js has no such numbers';

/** Session that runs the model's functions one kernel at a time on the current tfjs backend. */
export class EagerSession implements Session {
  private state: StepState = { parameters: {}, slots: {} };
  private step = 0;

  constructor(
    private readonly model: VaeConfig,
    private readonly training: TrainingConfig | null,
    private readonly images: Uint8Array | null,
  ) {
    requireFloat32(training, EAGER_NO_BFLOAT16);
  }

  load(state: TrainingState): Promise<void> {
    const shapes = parameterShapes(this.model);
    const tensors = (values: Readonly<Record<string, Float32Array>>): Record<string, Tensor> =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => {
          const shape = shapes[key.slice(key.indexOf('/') + 1)];
          if (!shape) throw new Error(`'${key}' is not a parameter of this model`);
          return [key, tensor(value, [...shape], 'float32')];
        }),
      );
    this.disposeState();
    this.state = { parameters: tensors(state.parameters), slots: tensors(state.slots) };
    this.step = state.step;
    return Promise.resolve();
  }

  read(): Promise<TrainingState> {
    // Copied, because a backend may return its own memory.
    const values = (tensors: Readonly<Record<string, Tensor>>): Record<string, Float32Array> =>
      Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, numbers(t).slice()]));
    return Promise.resolve({
      step: this.step,
      parameters: values(this.state.parameters),
      slots: values(this.state.slots),
    });
  }

  train(chunk: Chunk): Promise<ChunkMetrics> {
    const { training } = this;
    if (!training) throw new Error('this session was opened without a training configuration');
    const { steps } = chunk;
    const images = imagesOf(chunk, this.images);
    const metrics = {
      elbo: new Float32Array(steps),
      reconstruction: new Float32Array(steps),
      kl: new Float32Array(steps),
    };
    for (let i = 0; i < steps; i++) {
      const rows = chunk.rows.subarray(i * training.minibatch, (i + 1) * training.minibatch);
      const result = tidied(() =>
        trainingStep(
          this.model,
          training,
          this.state,
          chunk.firstStep + i,
          this.minibatch(images, rows),
          this.noise(chunk, i, training.draws * training.minibatch),
        ),
      );
      metrics.elbo[i] = numbers(result.elbo)[0]!;
      metrics.reconstruction[i] = numbers(result.reconstruction)[0]!;
      metrics.kl[i] = metrics.reconstruction[i]! - metrics.elbo[i]!;
      dispose([result.elbo, result.reconstruction]);
      this.disposeState();
      this.state = { parameters: result.parameters, slots: result.slots };
    }
    this.step = chunk.firstStep + steps;
    return Promise.resolve(metrics);
  }

  /** Returns the noise of step `i` of the chunk. @param draws latent points per step, L × M */
  private noise({ noise, dreams }: Chunk, i: number, draws: number): StepNoise {
    const { latent, inputSize } = this.model;
    const step = (of: Float32Array, columns: number): Tensor2D =>
      tensor2d(of.subarray(i * draws * columns, (i + 1) * draws * columns), [draws, columns]);
    return {
      epsilon: step(noise, latent),
      dreams: dreams ? { z: step(dreams.z, latent), pixels: step(dreams.pixels, inputSize) } : null,
    };
  }

  private minibatch(images: Uint8Array, rows: Uint32Array): Tensor2D {
    const size = this.model.inputSize;
    const bytes = new Uint8Array(rows.length * size);
    rows.forEach((row, i) => bytes.set(images.subarray(row * size, (row + 1) * size), i * size));
    return tensor2d(scaled(bytes), [rows.length, size]);
  }

  encode(images: Uint8Array, count: number): Promise<Posteriors> {
    const { mean, logVariance } = tidy(() => {
      const posterior = encode(
        this.model,
        this.state.parameters,
        tensor2d(scaled(images), [count, this.model.inputSize]),
      );
      return { mean: posterior.mean, logVariance: posterior.logVariance };
    });
    const result = { mean: numbers(mean).slice(), logVariance: numbers(logVariance).slice() };
    dispose([mean, logVariance]);
    return Promise.resolve(result);
  }

  decode(z: Float32Array, count: number): Promise<Float32Array> {
    const mean = tidy(() =>
      likelihoodOf(this.model).mean(
        decode(this.model, this.state.parameters, tensor2d(z, [count, this.model.latent])),
      ),
    );
    const result = numbers(mean).slice();
    mean.dispose();
    return Promise.resolve(result);
  }

  evaluate(images: Uint8Array, count: number, noise: Float32Array, draws: number): Promise<ImageBounds> {
    const terms = tidy(() => {
      const { reconstruction, klPerDimension } = boundTerms(
        this.model,
        this.state.parameters,
        tensor2d(scaled(images), [count, this.model.inputSize]),
        tensor2d(noise, [draws * count, this.model.latent]),
      );
      return { reconstruction, klPerDimension };
    });
    const result = {
      reconstruction: numbers(terms.reconstruction).slice(),
      klPerDimension: numbers(terms.klPerDimension).slice(),
    };
    dispose([terms.reconstruction, terms.klPerDimension]);
    return Promise.resolve(result);
  }

  importance(images: Uint8Array, count: number, noise: BlockNoise): Promise<WeightSums> {
    const { model } = this;
    const { parameters } = this.state;
    const given = givenNoise(noise);
    const result = tidied(() => {
      const x = tensor2d(scaled(images), [count, model.inputSize]);
      const posterior = encode(model, parameters, x);
      const epsilon = tensor3d(given, [count, noise.draws, model.latent]);
      let running = emptyLogSum(count);
      for (let draw = 0; draw < noise.draws; draw++) {
        const own = squeeze<Tensor2D>(slice(epsilon, [0, draw, 0], [count, 1, model.latent]), [1]);
        running = tidied(() => addWeight(running, logWeight(model, parameters, x, posterior, own)));
      }
      return running;
    });
    const sums = { maximum: numbers(result.maximum).slice(), sum: numbers(result.sum).slice() };
    dispose([result.maximum, result.sum]);
    return Promise.resolve(sums);
  }

  drawsNoise(): Promise<boolean> {
    return Promise.resolve(false);
  }

  tensorCount(): number {
    return memory().numTensors;
  }

  dispose(): void {
    this.disposeState();
    this.state = { parameters: {}, slots: {} };
  }

  private disposeState(): void {
    dispose([...Object.values(this.state.parameters), ...Object.values(this.state.slots)]);
  }
}
