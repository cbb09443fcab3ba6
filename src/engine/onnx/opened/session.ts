import type { ImageBounds, Posteriors, Session, TrainingState, WeightSums } from '../../engine';
import type { OnnxTensor } from '../tensor';
import { ModelFileError } from './model-file';
import { dimsOf, fromModel, toModel } from './pixels';
import { unpack } from './packed';
import { latentOf } from './use';
import type { RunningFiles } from './running-files';
import type { ModelUse } from './use';

/** Why there is no bound, for the user. */
const NO_BOUND =
  'this model was trained elsewhere, and its files do not say what distribution of images it was trained with: there is no bound, no likelihood and no density';
const NO_TRAINING =
  'this model was trained elsewhere: its files compute and cannot be trained. Train a model of your own on the images instead.';

/** Images per call, so that a call is short beside the time after which it counts as endless. */
const MAX_IMAGES_PER_CALL = 32;

/**
 * Session of a model that was trained elsewhere: ONNX Runtime runs the given files. It encodes and decodes; what needs the
 * likelihood or the weights throws an error that says why.
 */
export class OpenedSession implements Session {
  constructor(
    private readonly use: ModelUse,
    private readonly files: RunningFiles<'encoder' | 'decoder'>,
  ) {}

  async encode(images: Uint8Array, count: number): Promise<Posteriors> {
    const { use } = this;
    const { encoder } = use;
    const latent = latentOf(use);
    const size = use.width * use.height * use.channels;
    const mean = new Float32Array(count * latent);
    // An encoder without a spread gives a point: a variance of 0.
    const logVariance = new Float32Array(count * latent).fill(-Infinity);
    await this.inCalls(count, encoder.batch, async (first, number, of) => {
      const own = new Uint8Array(of * size);
      own.set(images.subarray(first * size, (first + number) * size));
      const dims = dimsOf(encoder.layout, use, of);
      const values = toModel(own, encoder, use);
      const input: OnnxTensor =
        encoder.element === 'uint8'
          ? { type: 'uint8', dims, data: Uint8Array.from(values, Math.round) }
          : { type: 'float32', dims, data: values };
      const results = await this.files.run('encoder', { [encoder.input]: input });
      const { output = '', kind, block } = encoder.spread ?? {};
      const read = (name: string, each: number): Float32Array =>
        this.output(results, 'encoder', name, number, of, each);
      const [means, spread] =
        block === undefined
          ? [read(encoder.mean, latent), encoder.spread && read(output, latent)]
          : unpack(read(encoder.mean, 2 * latent), block);
      mean.set(means, first * latent);
      if (spread === null) return;
      const logs = kind === 'log-variance' ? spread : spread.map((deviation) => 2 * Math.log(deviation));
      logVariance.set(logs, first * latent);
    });
    if (!mean.every(Number.isFinite) || logVariance.some((value) => Number.isNaN(value)))
      throw new ModelFileError(
        `the encoder's outputs hold values that are not numbers; the scale of pixels may be another one than '${encoder.scale}'`,
      );
    return { mean, logVariance };
  }

  async decode(z: Float32Array, count: number): Promise<Float32Array> {
    const { use } = this;
    const { decoder } = use;
    const latent = latentOf(use);
    const size = use.width * use.height * use.channels;
    const images = new Float32Array(count * size);
    await this.inCalls(count, decoder.batch, async (first, number, of) => {
      const data = new Float32Array(of * latent);
      data.set(z.subarray(first * latent, (first + number) * latent));
      const dims = [of, ...decoder.point];
      const results = await this.files.run('decoder', { [decoder.input]: { type: 'float32', dims, data } });
      const values = this.output(results, 'decoder', decoder.output, number, of, size);
      images.set(fromModel(values, decoder, use), first * size);
    });
    return images;
  }

  evaluate(): Promise<ImageBounds> {
    return Promise.reject(new ModelFileError(NO_BOUND));
  }

  importance(): Promise<WeightSums> {
    return Promise.reject(new ModelFileError(NO_BOUND));
  }

  train(): Promise<never> {
    return Promise.reject(new ModelFileError(NO_TRAINING));
  }

  load(): Promise<void> {
    return Promise.reject(new ModelFileError(NO_TRAINING));
  }

  read(): Promise<TrainingState> {
    return Promise.reject(new ModelFileError(NO_TRAINING));
  }

  drawsNoise(): Promise<boolean> {
    return Promise.resolve(false);
  }

  tensorCount(): number {
    return 0;
  }

  dispose(): void {
    this.files.dispose();
  }

  /** Calls `step` for consecutive images: with those from `first`, `number` of them, in a call that takes `of`. */
  private async inCalls(
    count: number,
    batch: number | null,
    step: (first: number, number: number, of: number) => Promise<void>,
  ): Promise<void> {
    const most = batch ?? MAX_IMAGES_PER_CALL;
    for (let first = 0; first < count; first += most) {
      const number = Math.min(most, count - first);
      await step(first, number, batch ?? number);
    }
  }

  private output(
    results: Readonly<Record<string, OnnxTensor>>,
    file: string,
    name: string,
    number: number,
    of: number,
    size: number,
  ): Float32Array {
    const tensor = results[name];
    if (tensor?.type !== 'float32' || tensor.data.length !== of * size)
      throw new ModelFileError(
        `the ${file}'s output '${name}' is ${tensor ? `${tensor.type}[${tensor.dims.join(', ')}]` : 'missing'}, expected ${of} times ${size} numbers`,
      );
    return tensor.data.subarray(0, number * size);
  }
}
