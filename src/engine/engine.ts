import type { Parameters } from '../vae/parameters';
import type { TrainingConfig, VaeConfig } from '../vae/config';

/** Which implementation runs the model; recorded with every run, because results repeat bit for bit only on the same. */
export interface EngineDescription {
  readonly name: 'tensorflow' | 'onnx' | 'cpu';
  /** Versions of what computes, such as `tfjs-node 4.22.0, TensorFlow 2.15.1`. */
  readonly build: string;
  readonly threads: number;
  /** The widest vector instruction set of the processor, such as `avx512f`, or `unknown`. */
  readonly instructionSet: string;
}

/** Plain numbers, by parameter name: what a checkpoint holds. */
export interface TrainingState {
  readonly step: number;
  readonly parameters: Parameters<Float32Array>;
  /** The optimizer's slots, by `<slot>/<parameter>`, e.g. `m/encoder.hidden.0.weight`. */
  readonly slots: Readonly<Record<string, Float32Array>>;
}

/** What wake-sleep dreams with: L × M dreams a step. */
export interface ChunkDreams {
  /** steps × L × M × Nz draws of z ~ p(z) = N(0, I). */
  readonly z: Float32Array;
  /** steps × L × M × D numbers of the kind that `pixelNoiseOf` says, which x ~ p(x|z) is made of. */
  readonly pixels: Float32Array;
}

/** Consecutive training steps in one call. */
export interface Chunk {
  readonly steps: number;
  /** Number of the first of these steps, from 0. */
  readonly firstStep: number;
  /** The minibatches: steps × M numbers of the chunk's own images, or of those given to `open` where it has none. */
  readonly rows: Uint32Array;
  /** Rows of D bytes, for a session that was opened without images. */
  readonly images?: Uint8Array;
  /** steps × L × M × Nz draws of epsilon ~ N(0, I). */
  readonly noise: Float32Array;
  /** Of wake-sleep alone. */
  readonly dreams?: ChunkDreams;
}

/** Bounds of each step's minibatch before its update, nats per datapoint; `steps` numbers each. */
export interface ChunkMetrics {
  readonly elbo: Float32Array;
  readonly reconstruction: Float32Array;
  readonly kl: Float32Array;
}

/** Of each image: `count` numbers, and count × Nz. */
export interface Posteriors {
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
}

/** Terms of the bound of each image. */
export interface ImageBounds {
  /** log p(x|z), averaged over the L draws; `count` numbers. */
  readonly reconstruction: Float32Array;
  /** count × Nz. */
  readonly klPerDimension: Float32Array;
}

/**
 * Where the noise of a block of importance weights comes from. Given: images × draws × Nz numbers ~ N(0, I), so that all
 * engines can be given the same. Or drawn by the engine, where it can: then a pure function of seed, block and the image's
 * place, whatever the images of the call.
 */
export type BlockNoise =
  | { readonly given: Float32Array; readonly draws: number }
  | {
      /** From 0 to 2^53 - 1. */
      readonly seed: number;
      /** Number of the block, from 0. */
      readonly block: number;
      /** Place of the call's first image among all that are evaluated; the others follow it. */
      readonly firstImage: number;
      /** At most `DRAWS_PER_BLOCK`. */
      readonly draws: number;
    };

/** Most draws of a block whose noise the engine draws: what the noise of the next image begins after. A multiple of 4. */
export const DRAWS_PER_BLOCK = 40;

/** Log of a sum of importance weights p(x, z) / q(z|x) of each image: maximum + log(sum). `count` numbers each. */
export interface WeightSums {
  readonly maximum: Float32Array;
  readonly sum: Float32Array;
}

/** A model under training, with its state inside the engine. One call at a time. Images are bytes, scaled to [0, 1] inside. */
export interface Session {
  /** Replaces weights, optimizer slots and step. */
  load(state: TrainingState): Promise<void>;
  read(): Promise<TrainingState>;
  /** Runs `chunk.steps` steps of Algorithm 1 on rows of the images. */
  train(chunk: Chunk): Promise<ChunkMetrics>;
  encode(images: Uint8Array, count: number): Promise<Posteriors>;
  /** Means of p(x|z) in [0, 1]: count × D. */
  decode(z: Float32Array, count: number): Promise<Float32Array>;
  /** @param noise draws × count × Nz */
  evaluate(images: Uint8Array, count: number, noise: Float32Array, draws: number): Promise<ImageBounds>;
  /** Whether `importance` can draw its noise itself. */
  readonly drawsNoise: boolean;
  /** Importance weights of a block of draws from q(z|x), summed for each image. @throws Error for noise it cannot draw */
  importance(images: Uint8Array, count: number, noise: BlockNoise): Promise<WeightSums>;
  /** Number of live tensors, for leak tests. */
  tensorCount(): number;
  dispose(): void;
}

export interface Engine {
  readonly description: EngineDescription;
  /**
   * @param images rows of D bytes, which the chunks' rows point into; the engine keeps a reference or a copy. Null where each
   * chunk brings its own, or there are none
   * @param training null for a session that only encodes, decodes and evaluates
   */
  open(model: VaeConfig, training: TrainingConfig | null, images: Uint8Array | null): Promise<Session>;
}
