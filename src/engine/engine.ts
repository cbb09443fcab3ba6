import type { Parameters } from '../vae/parameters';
import type { TrainingConfig, VaeConfig } from '../vae/config';
import type { Classifier, ClassifierUse, InferredClassifier } from './onnx/opened/classifier-use';
import type { Answers } from './onnx/opened/question';
import type { InferredUse, OpenedFiles } from './onnx/opened/use';

/**
 * Identity of the engine that runs a model; recorded with every run, because only the same engine repeats results bit for bit.
 */
export interface EngineDescription {
  readonly name: 'tensorflow' | 'onnx' | 'wasm' | 'jax' | 'cpu';
  /** Library versions, e.g. `TensorFlow 2.15.1 by tfjs-node 4.22.0, compiled`. */
  readonly build: string;
  readonly threads: number;
  /**
   * The processor's widest vector instruction set, e.g. `avx512f`, or its architecture if that is unknown; WebAssembly's own, `simd128`.
   */
  readonly instructionSet: string;
  /** What runs the training loop; absent where there is only one such thing. */
  readonly executor?: 'graph' | 'xla' | undefined;
  /** The adapter of WebGPU, or the card of CUDA, that computes, as its driver calls it; absent for an engine that says in `build` what it computes on. */
  readonly device?: string | undefined;
}

/** Contents of a checkpoint, as plain arrays by parameter name. */
export interface TrainingState {
  readonly step: number;
  readonly parameters: Parameters<Float32Array>;
  /** The optimizer's slots, by `<slot>/<parameter>`, e.g. `m/encoder.hidden.0.weight`. */
  readonly slots: Readonly<Record<string, Float32Array>>;
}

/** Noise for the dreams of wake-sleep: L × M dreams per step. */
export interface ChunkDreams {
  /** steps × L × M × Nz draws of z ~ p(z) = N(0, I). */
  readonly z: Float32Array;
  /** steps × L × M × D random numbers for sampling x ~ p(x|z); `pixelNoiseOf` gives their distribution. */
  readonly pixels: Float32Array;
}

/** Consecutive training steps that run in one call. */
export interface Chunk {
  readonly steps: number;
  /** Index of the first of these steps, from 0. */
  readonly firstStep: number;
  /** Minibatches as steps × M image indices: into the chunk's own images, or else the resident images given to `open`. */
  readonly rows: Uint32Array;
  /** Streamed images, as rows of D bytes, for a session opened without resident images. */
  readonly images?: Uint8Array;
  /** steps × L × M × Nz draws of epsilon ~ N(0, I). */
  readonly noise: Float32Array;
  /** Only for wake-sleep. */
  readonly dreams?: ChunkDreams;
}

/** Bounds of each step's minibatch before its update, in nats per datapoint; `steps` numbers each. */
export interface ChunkMetrics {
  readonly elbo: Float32Array;
  readonly reconstruction: Float32Array;
  readonly kl: Float32Array;
}

/** Diagonal Gaussian posteriors q(z|x), one row per image; count × Nz each. */
export interface Posteriors {
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
}

/** Terms of each image's bound, in nats. */
export interface ImageBounds {
  /** log p(x|z) averaged over the L draws; `count` numbers. */
  readonly reconstruction: Float32Array;
  /** count × Nz. */
  readonly klPerDimension: Float32Array;
}

/**
 * Noise for a block of importance weights. Either given, as images × draws × Nz numbers ~ N(0, I), so that all engines can use
 * the same noise; or drawn by the engine, if it can, as a pure function of seed, block and image index, independent of which
 * images share the call.
 */
export type BlockNoise =
  | { readonly given: Float32Array; readonly draws: number }
  | {
      /** From 0 to 2^53 - 1. */
      readonly seed: number;
      /** Index of the block, from 0. */
      readonly block: number;
      /** Index of the call's first image among all evaluated images; the others follow it. */
      readonly firstImage: number;
      /** At most `DRAWS_PER_BLOCK`. */
      readonly draws: number;
    };

/**
 * Maximum draws per block when the engine draws the noise; also the draws reserved per image in the noise counter. It must be a
 * multiple of 4.
 */
export const DRAWS_PER_BLOCK = 40;

/** Log of the sum of each image's importance weights p(x, z) / q(z|x), as maximum + log(sum). `count` numbers each. */
export interface WeightSums {
  readonly maximum: Float32Array;
  readonly sum: Float32Array;
}

/** A model with its training state inside the engine. Calls must not overlap. Images are bytes, scaled to [0, 1] inside. */
export interface Session {
  /** Replaces weights, optimizer slots and step. */
  load(state: TrainingState): Promise<void>;
  read(): Promise<TrainingState>;
  /**
   * Runs `chunk.steps` steps of Algorithm 1 on the chunk's minibatches.
   * @param nextSteps steps of the chunk after it, if they are known: other ranks draw their parts of those meanwhile
   */
  train(chunk: Chunk, nextSteps?: number): Promise<ChunkMetrics>;
  encode(images: Uint8Array, count: number): Promise<Posteriors>;
  /** Returns the means of p(x|z), in [0, 1]: count × D. @param z count × Nz */
  decode(z: Float32Array, count: number): Promise<Float32Array>;
  /** @param noise draws × count × Nz */
  evaluate(images: Uint8Array, count: number, noise: Float32Array, draws: number): Promise<ImageBounds>;
  /** Whether `importance` can draw its own noise. */
  drawsNoise(): Promise<boolean>;
  /** Sums each image's importance weights over a block of draws from q(z|x). @throws Error for noise it cannot draw */
  importance(images: Uint8Array, count: number, noise: BlockNoise): Promise<WeightSums>;
  /** Time it took to compile the training loop when a state was loaded, in seconds; 0 or absent if nothing was compiled. */
  readonly compileSeconds?: number;
  /** Number of live tensors, for leak tests. */
  tensorCount(): number;
  dispose(): void;
}

/** What a rank has to do next, as the first one says. */
export type RankOrder =
  /** To read the images of this configuration, and to ask again. */
  | { readonly next: 'config'; readonly config: string }
  /** To bring its rows of these steps. */
  | {
      readonly next: 'train';
      readonly session: number;
      readonly firstStep: number;
      readonly steps: number;
      /** Steps after these, if they are known; else 0. */
      readonly nextSteps: number;
    }
  | { readonly next: 'end' };

/** Processes that train one run together, each on its part of every minibatch. The first one, number 0, trains; the others follow it. */
export interface EngineRanks {
  /** Of this process, from 0. */
  readonly index: number;
  readonly count: number;
  /** Devices of all ranks together. Each has an equal part of a minibatch. */
  readonly devices: number;
  /** On the first: tells the others what is trained, and waits until they have read their images. */
  tellConfig(config: string): Promise<void>;
  /**
   * On the first: measures steps of a session of theirs, whose state stays what it is.
   * @returns seconds per step of all ranks together, and of one device alone
   */
  measure(session: Session): Promise<{ readonly together: number; readonly alone: number }>;
  /** On the others: takes part in what the first one does, until this rank has something to do. */
  next(): Promise<RankOrder>;
  /** On the others: brings this rank's rows of the steps that are next. */
  bring(
    order: RankOrder & { readonly next: 'train' },
    chunk: Chunk,
    model: VaeConfig,
    training: TrainingConfig,
  ): Promise<void>;
}

export interface Engine {
  readonly description: EngineDescription;
  /**
   * Bytes of a memory of the engine's own, into which every input of a call is copied: chunks should then bring their images, and a
   * model must fit. Absent for an engine that uses the memory of the process.
   */
  readonly ownMemory?: number;
  /** Of an engine that trains with other processes, which have their own parts of each chunk. */
  readonly ranks?: EngineRanks;
  /** Why it does not train with products of bfloat16 here, as the end of a sentence; null if it does. */
  readonly noBfloat16: string | null;
  /**
   * Opens a session for a model.
   * @param images resident images as rows of D bytes, indexed by the chunks' rows; the engine keeps a reference or a copy. Null
   * if each chunk streams its own images or there are none
   * @param training null for a session that only encodes, decodes and evaluates
   */
  open(model: VaeConfig, training: TrainingConfig | null, images: Uint8Array | null): Promise<Session>;
  /** Runs models that were trained elsewhere. Absent for an engine that runs no ONNX files. */
  readonly files?: ModelFileEngine;
}

/** Runs models that were trained elsewhere: pairs of ONNX files, and classifiers. */
export interface ModelFileEngine {
  /**
   * Tells how two files are used, from what they say, a trial of each and the user's answers.
   * @param callMs maximum time of a call, in ms; then this process is killed, as nothing else stops a graph that does not end
   * @throws ModelFileError for a file that is refused, OpenQuestion for what the user must say, OnnxRuntimeError
   */
  infer(
    files: Pick<OpenedFiles, 'encoder' | 'decoder'>,
    answers: Answers,
    callMs?: number,
  ): Promise<InferredUse>;
  /** Opens a session that encodes and decodes. @throws ModelFileError for a file that is refused */
  open(files: OpenedFiles): Promise<Session>;
  /** Tells how a file is used as a classifier of images. Parameters and errors as `infer`. */
  inferClassifier(file: Uint8Array, answers: Answers, callMs?: number): Promise<InferredClassifier>;
  /** Opens a classifier. @throws ModelFileError for a file that is refused */
  openClassifier(file: Uint8Array, use: ClassifierUse, callMs?: number): Promise<Classifier>;
}
