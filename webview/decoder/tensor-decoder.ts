import { dispose, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { meansToBytes } from '../../src/domain/pictures';
import type { Pictures } from '../../src/domain/pictures';
import type { DecoderWeights } from '../../src/protocol/engine';
import { decode } from '../../src/vae/decoder';
import { decoderShapes } from '../../src/vae/decoder-weights';
import { likelihoodOf } from '../../src/vae/likelihood';
import type { Parameters } from '../../src/vae/parameters';

/** A decoder whose weights are tensors of this page. */
export interface LocalDecoder {
  readonly latent: number;
  /** Decodes points to the means of p(x|z). @param z count × Nz */
  decode(z: Float32Array, count: number): Pictures;
  dispose(): void;
}

/** The decoder of src/vae, on the current backend of tfjs. */
export class TensorDecoder implements LocalDecoder {
  private readonly parameters: Parameters<Tensor>;

  /** @throws Error for weights that do not fit the model */
  constructor(private readonly weights: Omit<DecoderWeights, 'runUri' | 'step'>) {
    const shapes = Object.entries(decoderShapes(weights.model));
    for (const [name, shape] of shapes) {
      const got = weights.parameters[name]?.length;
      const expected = shape.reduce((a, b) => a * b);
      if (got !== expected) throw new Error(`${name}: got ${got ?? 'no'} numbers, expected ${expected}`);
    }
    this.parameters = Object.fromEntries(
      shapes.map(([name, shape]) => [name, tensor(weights.parameters[name]!, [...shape], 'float32')]),
    );
  }

  get latent(): number {
    return this.weights.model.latent;
  }

  decode(z: Float32Array, count: number): Pictures {
    const { model, width, height, channels } = this.weights;
    const means = tidy(() => {
      const decoded = decode(model, this.parameters, tensor2d(z, [count, model.latent]));
      return likelihoodOf(model).mean(decoded).dataSync<'float32'>();
    });
    return { width, height, channels, count, bytes: meansToBytes(means) };
  }

  dispose(): void {
    dispose(this.parameters);
  }
}
