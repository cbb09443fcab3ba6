import { stateShapes } from '../../vae/state';
import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { imagesOf } from '../chunk-images';
import { averageOverDraws, givenNoise } from '../draws';
import type {
  BlockNoise,
  Chunk,
  ChunkMetrics,
  ImageBounds,
  Posteriors,
  Session,
  TrainingState,
  WeightSums,
} from '../engine';
import { roomFor } from '../room';
import { stateFromTensors, tensorsFromState } from '../state-tensors';
import { callsOf, ownPart } from './chunk-calls';
import type { JaxProcess } from './process';
import { JaxProcessError } from './process';
import { programOf } from './program';
import type { JaxMessage, WireArray } from './wire';

/** Maximum bytes of a call of the training loop: what a chunk leaves unused of them is filled with zeros. */
const MAX_FED_BYTES = 2 ** 22;

/** Stands for the images that the session holds on the device. */
const RESIDENT = new Uint8Array(0);

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Session of a model on JAX: its state and the images live on the device of another process. */
export class JaxSession implements Session {
  compileSeconds = 0;
  private readonly shapes: Readonly<Record<string, readonly number[]>>;
  private step = 0;
  private live = 0;

  private constructor(
    private readonly process: JaxProcess,
    readonly number: number,
    private readonly model: VaeConfig,
    private readonly training: TrainingConfig | null,
    private readonly holdsImages: boolean,
    /** Steps per call of the training loop, at most. */
    private readonly room: number,
  ) {
    this.shapes = stateShapes(model, training?.optimizer ?? null);
  }

  /** @param images as in `Engine.open` */
  static async open(
    process: JaxProcess,
    model: VaeConfig,
    training: TrainingConfig | null,
    images: Uint8Array | null,
  ): Promise<JaxSession> {
    const room =
      training === null
        ? 0
        : process.isProcessor && model.convolution !== null
          ? 1
          : roomFor(model, training, images === null, MAX_FED_BYTES);
    const number = process.newSession();
    const session = new JaxSession(process, number, model, training, images !== null, room);
    const program = programOf(model, training, room);
    await session.call({ call: 'open', program }, images ? { images: session.bytes(images) } : {});
    return session;
  }

  async load(state: TrainingState): Promise<void> {
    const tensors = Object.entries(tensorsFromState(state, Object.keys(this.shapes)));
    const arrays = tensors.map(([name, values]) => [name, { shape: this.shapes[name]!, values }]);
    const { header } = await this.call(
      { call: 'load' },
      Object.fromEntries(arrays) as Record<string, WireArray>,
    );
    this.compileSeconds = Number(header['compileSeconds']);
    this.step = state.step;
  }

  async read(): Promise<TrainingState> {
    const reply = await this.call({ call: 'read' });
    const tensors = Object.entries(this.shapes).map(([name, shape]) => [
      name,
      this.result(reply, name, sizeOf(shape)),
    ]);
    return stateFromTensors(
      this.model,
      this.step,
      Object.fromEntries(tensors) as Record<string, Float32Array>,
    );
  }

  async train(chunk: Chunk, nextSteps = 0): Promise<ChunkMetrics> {
    const { training, model } = this;
    if (!training) throw new Error('this session was opened without a training configuration');
    const { steps, firstStep } = chunk;
    const images = imagesOf(chunk, this.holdsImages ? RESIDENT : null);
    const streamed = this.holdsImages ? null : images;
    // All at once: none waits for the reply to the one before.
    const measured = await Promise.all(
      [...callsOf(chunk, model, ownPart(training, this.process.ranks), streamed, this.room, nextSteps)].map(
        async ({ arrays, ...place }) => {
          const reply = await this.call({ call: 'train', ...place }, arrays);
          return this.result(reply, 'metrics', 2 * place.steps);
        },
      ),
    );
    this.step = firstStep + steps;
    const column = (j: number): Float32Array =>
      Float32Array.from(measured.flatMap((metrics) => Array.from(metrics.filter((_, i) => i % 2 === j))));
    const [elbo, reconstruction] = [column(0), column(1)];
    return { elbo, reconstruction, kl: reconstruction.map((value, i) => value - elbo[i]!) };
  }

  async encode(images: Uint8Array, count: number): Promise<Posteriors> {
    const reply = await this.run('encode', { x: this.bytes(images) });
    const size = count * this.model.latent;
    return { mean: this.result(reply, 'mean', size), logVariance: this.result(reply, 'logVariance', size) };
  }

  async decode(z: Float32Array, count: number): Promise<Float32Array> {
    const reply = await this.run('decode', { z: { shape: [count, this.model.latent], values: z } });
    return this.result(reply, 'mean', count * this.model.inputSize);
  }

  evaluate(images: Uint8Array, count: number, noise: Float32Array, draws: number): Promise<ImageBounds> {
    const { latent } = this.model;
    return averageOverDraws({ images, count, noise, draws }, async (rows, rowCount, own) => {
      const epsilon = { shape: [rowCount, latent], values: own };
      const reply = await this.run('evaluate', { x: this.bytes(rows), epsilon });
      return {
        reconstruction: this.result(reply, 'reconstruction', rowCount),
        klPerDimension: this.result(reply, 'klPerDimension', rowCount * latent),
      };
    });
  }

  async importance(images: Uint8Array, count: number, noise: BlockNoise): Promise<WeightSums> {
    const reply = await this.call(
      { call: 'importance' },
      {
        x: this.bytes(images),
        noise: { shape: [count, noise.draws, this.model.latent], values: givenNoise(noise) },
      },
    );
    return { maximum: this.result(reply, 'maximum', count), sum: this.result(reply, 'sum', count) };
  }

  /** Counts the arrays that live on the device after the newest call, of all sessions of the process, but for resident images. */
  drawsNoise(): Promise<boolean> {
    return Promise.resolve(false);
  }

  tensorCount(): number {
    return this.live;
  }

  dispose(): void {
    // If the process has ended, so has the session.
    this.call({ call: 'close' }).catch(() => undefined);
  }

  private bytes(images: Uint8Array): WireArray {
    const { inputSize } = this.model;
    return { shape: [images.length / inputSize, inputSize], values: images };
  }

  private run(graph: string, arrays: Readonly<Record<string, WireArray>>): Promise<JaxMessage> {
    return this.call({ call: 'run', graph }, arrays);
  }

  private async call(header: object, arrays: Readonly<Record<string, WireArray>> = {}): Promise<JaxMessage> {
    const reply = await this.process.call({ ...header, session: this.number }, arrays);
    this.live = Number(reply.header['live']);
    return reply;
  }

  /** @throws JaxProcessError unless the reply has an array of this name and length */
  private result({ arrays }: JaxMessage, name: string, length: number): Float32Array {
    const values = arrays[name];
    if (values?.length === length) return values;
    const got = values ? `${values.length} numbers` : 'nothing';
    throw new JaxProcessError(`JAX: got ${got} for '${name}', expected ${length} numbers`);
  }
}
