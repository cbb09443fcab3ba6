import { stateShapes } from '../../vae/state';
import { stepSizeOf } from '../../vae/step-size';
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
import { noiseInputs } from '../noise';
import { stateFromTensors, tensorsFromState } from '../state-tensors';
import { serialiseModel as encodeOnnx } from './encode';
import { importanceModel, importanceNames } from './importance';
import type { OnnxModel } from './model';
import { decodeModel, encodeModel, evaluateModel, trainingModel, trainingNames } from './programs';
import type { OnnxRuntime, OnnxSession } from './runtime';
import { onnxTensor } from './tensor';
import type { OnnxTensor } from './tensor';

type Task = 'train' | 'encode' | 'decode' | 'evaluate' | 'importance';

const floats = (dims: readonly number[], data: Float32Array): OnnxTensor => ({ type: 'float32', dims, data });

/**
 * Session of a model compiled for ONNX Runtime. The state lives here; every call takes it as input, and a training chunk
 * returns the next state.
 */
export class OnnxEngineSession implements Session {
  private readonly shapes: Readonly<Record<string, readonly number[]>>;
  private readonly opened = new Map<Task, OnnxSession>();
  private state: Readonly<Record<string, Float32Array>> = {};
  private step = 0;

  constructor(
    private readonly model: VaeConfig,
    private readonly training: TrainingConfig | null,
    private readonly images: Uint8Array | null,
    private readonly runtime: OnnxRuntime,
  ) {
    this.shapes = stateShapes(model, training?.optimizer ?? null);
  }

  load(state: TrainingState): Promise<void> {
    const tensors = Object.entries(tensorsFromState(state, Object.keys(this.shapes)));
    this.state = Object.fromEntries(tensors.map(([name, value]) => [name, value.slice()]));
    this.step = state.step;
    return Promise.resolve();
  }

  read(): Promise<TrainingState> {
    // No copy needed: a chunk replaces these arrays and never changes them.
    return Promise.resolve(stateFromTensors(this.model, this.step, this.state));
  }

  async train(chunk: Chunk): Promise<ChunkMetrics> {
    const { training, model } = this;
    if (!training) throw new Error('this session was opened without a training configuration');
    const { steps, firstStep, rows } = chunk;
    const images = imagesOf(chunk, this.images);
    const { minibatch, draws } = training;
    const rate = stepSizeOf(training);
    const names = trainingNames;
    const noise = noiseInputs(model, training).map(({ name, columns, of }) => [
      name,
      floats([steps, draws * minibatch, columns], of(chunk)),
    ]);
    const rates = Float32Array.from({ length: steps }, (_, i) => rate(firstStep + i));
    const session = await this.session('train');
    const results = await session.run({
      ...this.stateTensors(),
      [names.steps]: onnxTensor('int64', [], [steps]),
      [names.images]: this.bytes(images, images.length / model.inputSize),
      [names.rows]: {
        type: 'int32',
        dims: [steps, minibatch],
        data: new Int32Array(rows.buffer, rows.byteOffset, rows.length),
      },
      ...(Object.fromEntries(noise) as Record<string, OnnxTensor>),
      [names.rates]: floats([steps], rates),
    });
    this.state = Object.fromEntries(
      Object.keys(this.shapes).map((name) => [name, results[names.next(name)]!.data as Float32Array]),
    );
    this.step = firstStep + steps;
    const elbo = results[names.elbo]!.data as Float32Array;
    const reconstruction = results[names.reconstruction]!.data as Float32Array;
    return { elbo, reconstruction, kl: reconstruction.map((value, i) => value - elbo[i]!) };
  }

  async encode(images: Uint8Array, count: number): Promise<Posteriors> {
    const result = await this.call('encode', { x: this.bytes(images, count) });
    return { mean: result('mean'), logVariance: result('logVariance') };
  }

  async decode(z: Float32Array, count: number): Promise<Float32Array> {
    const result = await this.call('decode', { z: floats([count, this.model.latent], z) });
    return result('mean');
  }

  evaluate(images: Uint8Array, count: number, noise: Float32Array, draws: number): Promise<ImageBounds> {
    return averageOverDraws({ images, count, noise, draws }, async (rows, rowCount, own) => {
      const epsilon = floats([rowCount, this.model.latent], own);
      const result = await this.call('evaluate', { x: this.bytes(rows, rowCount), epsilon });
      return { reconstruction: result('reconstruction'), klPerDimension: result('klPerDimension') };
    });
  }

  async importance(images: Uint8Array, count: number, noise: BlockNoise): Promise<WeightSums> {
    const { draws } = noise;
    const names = importanceNames;
    const result = await this.call('importance', {
      [names.draws]: onnxTensor('int64', [], [draws]),
      [names.x]: this.bytes(images, count),
      [names.noise]: floats([count, draws, this.model.latent], givenNoise(noise)),
    });
    return { maximum: result(names.maximum), sum: result(names.sum) };
  }

  /** Counts the state's tensors; nothing else lives between calls. */
  drawsNoise(): Promise<boolean> {
    return Promise.resolve(false);
  }

  tensorCount(): number {
    return Object.keys(this.state).length;
  }

  dispose(): void {
    for (const session of this.opened.values()) session.dispose();
    this.opened.clear();
    this.state = {};
  }

  private bytes(images: Uint8Array, count: number): OnnxTensor {
    return { type: 'uint8', dims: [count, this.model.inputSize], data: images };
  }

  private stateTensors(): Record<string, OnnxTensor> {
    return Object.fromEntries(
      Object.entries(this.state).map(([name, data]) => [name, floats(this.shapes[name]!, data)]),
    );
  }

  /** Runs a task on the state and `feeds`. @returns a lookup of results by name */
  private async call(
    task: Task,
    feeds: Readonly<Record<string, OnnxTensor>>,
  ): Promise<(name: string) => Float32Array> {
    const session = await this.session(task);
    const all = { ...this.stateTensors(), ...feeds };
    const results = await session.run(Object.fromEntries(session.inputs.map((name) => [name, all[name]!])));
    return (name) => results[name]!.data as Float32Array;
  }

  /** Returns a task's session in the runtime, compiled on first use. */
  private async session(task: Task): Promise<OnnxSession> {
    let session = this.opened.get(task);
    if (!session) {
      const models: Readonly<Record<Task, () => OnnxModel>> = {
        train: () => trainingModel(this.model, this.training!),
        encode: () => encodeModel(this.model),
        decode: () => decodeModel(this.model),
        evaluate: () => evaluateModel(this.model),
        importance: () => importanceModel(this.model),
      };
      session = await this.runtime.open(encodeOnnx(models[task]()), {
        planMemory: this.model.convolution === null,
      });
      this.opened.set(task, session);
    }
    return session;
  }
}
