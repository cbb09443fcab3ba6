import { stateShapes } from '../../vae/state';
import { stepSizeOf } from '../../vae/step-size';
import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { averageOverDraws } from '../draws';
import { DRAWS_PER_BLOCK } from '../engine';
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
import { roomFor } from '../room';
import { stateFromTensors, tensorsFromState } from '../state-tensors';
import { DataType } from './binding';
import type { Binding, TensorValues } from './binding';
import { callsOf, MAX_FED_BYTES } from './chunk-calls';
import type { ChunkCall } from './chunk-calls';
import { executorFor } from './executor';
import type { Executor } from './executor';
import { counterWords, drawsPerTurn, pooledSums, words } from './importance';
import { nodeNames, vaeProgram } from './program';
import type { LoadedProgram, ProgramPool } from './program-pool';

/** Image bytes copied into the session per call. */
const SLICE_BYTES = 16 * 2 ** 20;

interface Fed {
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

const typeOf = (values: TensorValues): number =>
  values instanceof Float32Array
    ? DataType.float
    : values instanceof Int32Array
      ? DataType.int32
      : DataType.uint8;

/** Session of a model compiled for TensorFlow; its state and the images live in a TensorFlow session. */
export class TensorflowSession implements Session {
  compileSeconds = 0;
  private readonly program: LoadedProgram;
  /** Steps per call of the training loop; null for as many as a chunk has. */
  private readonly room: number | null;
  private readonly shapes: Readonly<Record<string, readonly number[]>>;
  private step = 0;
  private live = 0;

  constructor(
    private readonly binding: Binding,
    private readonly model: VaeConfig,
    private readonly training: TrainingConfig | null,
    private readonly images: Uint8Array | null,
    private readonly pool: ProgramPool,
    wanted: Executor,
  ) {
    this.shapes = stateShapes(model, training?.optimizer ?? null);
    const executor = executorFor(model, wanted);
    this.room =
      training && executor === 'xla' ? roomFor(model, training, images === null, MAX_FED_BYTES) : null;
    this.program = pool.take(vaeProgram(model, training, executor));
    if (training && images) this.keepImages(images);
  }

  load(state: TrainingState): Promise<void> {
    const tensors = Object.entries(tensorsFromState(state, Object.keys(this.shapes)));
    const fed = tensors.map(([name, values]) => [nodeNames.set(name), { shape: this.shapes[name]!, values }]);
    this.run(Object.fromEntries(fed) as Record<string, Fed>, [nodeNames.assigned]);
    this.step = state.step;
    this.compile();
    return Promise.resolve();
  }

  read(): Promise<TrainingState> {
    const names = Object.keys(this.shapes);
    const values = this.run({}, names.map(nodeNames.get)) as Float32Array[];
    const tensors = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
    return Promise.resolve(stateFromTensors(this.model, this.step, tensors));
  }

  train(chunk: Chunk): Promise<ChunkMetrics> {
    const { training, model } = this;
    if (!training) throw new Error('this session was opened without a training configuration');
    const { steps, firstStep } = chunk;
    const measured = new Float32Array(2 * steps);
    for (const call of callsOf(chunk, model, training, this.images, this.room)) {
      const metrics = this.runSteps(call, training);
      measured.set(metrics.subarray(0, 2 * call.steps), 2 * (call.firstStep - firstStep));
    }
    this.step = firstStep + steps;
    const column = (j: number): Float32Array =>
      Float32Array.from({ length: steps }, (_, i) => measured[2 * i + j]!);
    const [elbo, reconstruction] = [column(0), column(1)];
    return Promise.resolve({ elbo, reconstruction, kl: reconstruction.map((value, i) => value - elbo[i]!) });
  }

  encode(images: Uint8Array, count: number): Promise<Posteriors> {
    const { x, mean, logVariance } = nodeNames.encode;
    const fed = { [x]: { shape: [count, this.model.inputSize], values: images } };
    const [means, logVariances] = this.run(fed, [mean, logVariance]) as Float32Array[];
    return Promise.resolve({ mean: means!, logVariance: logVariances! });
  }

  decode(z: Float32Array, count: number): Promise<Float32Array> {
    const names = nodeNames.decode;
    const [mean] = this.run({ [names.z]: { shape: [count, this.model.latent], values: z } }, [names.mean]);
    return Promise.resolve(mean as Float32Array);
  }

  evaluate(images: Uint8Array, count: number, noise: Float32Array, draws: number): Promise<ImageBounds> {
    const { latent, inputSize } = this.model;
    const names = nodeNames.evaluate;
    return averageOverDraws({ images, count, noise, draws }, (rows, rowCount, epsilon) => {
      const fed = {
        [names.x]: { shape: [rowCount, inputSize], values: rows },
        [names.epsilon]: { shape: [rowCount, latent], values: epsilon },
      };
      const [reconstruction, klPerDimension] = this.run(fed, [names.reconstruction, names.kl]) as [
        Float32Array,
        Float32Array,
      ];
      return { reconstruction, klPerDimension };
    });
  }

  importance(images: Uint8Array, count: number, noise: BlockNoise): Promise<WeightSums> {
    const { latent, inputSize } = this.model;
    const { draws } = noise;
    const names = nodeNames.importance;
    const group = drawsPerTurn(this.model, count, draws);
    const [maximum, sum] = this.run(
      {
        [names.x]: { shape: [count, inputSize], values: images },
        [names.draws]: { shape: [], values: Int32Array.of(draws) },
        [names.group]: { shape: [], values: Int32Array.of(group) },
        ...this.noiseFed(noise, [count, draws, latent]),
      },
      [names.maximum, names.sum],
    ) as [Float32Array, Float32Array];
    return Promise.resolve(pooledSums({ maximum, sum }, group));
  }

  drawsNoise(): Promise<boolean> {
    return Promise.resolve(true);
  }

  tensorCount(): number {
    return this.live;
  }

  dispose(): void {
    // The program may be kept for another session.
    if (this.training) this.takeImages(new Uint8Array(0));
    this.pool.release(this.program);
  }

  /** Runs the loop over the steps of a call. @returns elbo and reconstruction of each step, in pairs */
  private runSteps(
    { steps, room, firstStep, rows, noise, images }: ChunkCall,
    training: TrainingConfig,
  ): Float32Array {
    const { minibatch, draws } = training;
    const rate = stepSizeOf(training);
    const rates = new Float32Array(room);
    for (let i = 0; i < steps; i++) rates[i] = rate(firstStep + i);
    if (images) this.takeImages(images);
    const names = nodeNames.train;
    const random = noiseInputs(this.model, training).map(({ name, columns }) => [
      names.noise(name),
      { shape: [room, draws * minibatch, columns], values: noise[name]! },
    ]);
    const [measured] = this.run(
      {
        [names.steps]: { shape: [], values: Int32Array.of(steps) },
        [names.rows]: { shape: [room, minibatch], values: rows },
        ...(Object.fromEntries(random) as Record<string, Fed>),
        [names.rates]: { shape: [room], values: rates },
        [names.metrics]: { shape: [room, 2], values: new Float32Array(2 * room) },
      },
      [names.measured],
    );
    return measured as Float32Array;
  }

  /** Lets XLA compile the training loop, unless it has, by running no step of it. Needs a state, whose shapes it reads. */
  private compile(): void {
    const { training, room, model, program } = this;
    if (!training || room === null) return;
    const count = this.images ? this.images.length / model.inputSize : room * training.minibatch;
    const key = `${count}`;
    if (program.compiled.has(key)) return;
    const start = performance.now();
    if (!this.images) this.takeImages(new Uint8Array(count * model.inputSize));
    const perStep = training.draws * training.minibatch;
    const inputs = noiseInputs(model, training);
    this.runSteps(
      {
        ...{ steps: 0, room, firstStep: 0, images: null },
        rows: new Int32Array(room * training.minibatch),
        noise: Object.fromEntries(
          inputs.map(({ name, columns }) => [name, new Float32Array(room * perStep * columns)]),
        ),
      },
      training,
    );
    program.compiled.add(key);
    this.compileSeconds = (performance.now() - start) / 1000;
  }

  private noiseFed(noise: BlockNoise, shape: readonly number[]): Readonly<Record<string, Fed>> {
    const names = nodeNames.importance;
    if ('given' in noise) return { [names.noise]: { shape, values: noise.given } };
    const { seed, block, firstImage, draws } = noise;
    if (draws > DRAWS_PER_BLOCK) {
      throw new RangeError(`a block of drawn noise: got ${draws} draws, expected at most ${DRAWS_PER_BLOCK}`);
    }
    return {
      [names.key]: { shape: [1, 2], values: Int32Array.from(words(seed)) },
      [names.counter]: { shape: [2, 2], values: counterWords(this.model.latent, block, firstImage) },
    };
  }

  /** Replaces the previous chunk's images with those of one chunk. */
  private takeImages(images: Uint8Array): void {
    const { inputSize } = this.model;
    const fed = { shape: [images.length / inputSize, inputSize], values: images };
    this.run({ [nodeNames.imagesGiven]: fed }, [nodeNames.imagesTaken]);
  }

  /** Stores the resident images, in slices to avoid two further copies of all of them. */
  private keepImages(images: Uint8Array): void {
    const size = this.model.inputSize;
    const count = images.length / size;
    const room = { shape: [], values: Int32Array.of(count) };
    this.run({ [nodeNames.imageCount]: room }, [nodeNames.imagesMade]);
    const rows = Math.max(1, Math.floor(SLICE_BYTES / size));
    for (let start = 0; start < count; start += rows) {
      const n = Math.min(rows, count - start);
      const fed = {
        [nodeNames.imagePlaces]: { shape: [n], values: Int32Array.from({ length: n }, (_, i) => start + i) },
        [nodeNames.imageRows]: {
          shape: [n, size],
          values: images.subarray(start * size, (start + n) * size),
        },
      };
      this.run(fed, [nodeNames.imagesPut]);
    }
  }

  /** Runs the part of the graph that the fetched nodes need. Blocks. */
  private run(fed: Readonly<Record<string, Fed>>, fetched: readonly string[]): TensorValues[] {
    const { binding } = this;
    const inputs = Object.values(fed).map(({ shape, values }) =>
      binding.createTensor(shape, typeOf(values), values),
    );
    this.live += inputs.length;
    const list = (names: readonly string[]): string => names.map((name) => `${name}:0`).join(',');
    try {
      const outputs = binding.runSavedModel(this.program.id, inputs, list(Object.keys(fed)), list(fetched));
      return outputs.map(({ id }) => {
        const values = binding.tensorDataSync(id);
        binding.deleteTensor(id);
        return values;
      });
    } finally {
      for (const id of inputs) binding.deleteTensor(id);
      this.live -= inputs.length;
    }
  }
}
