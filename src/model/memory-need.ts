import type { Engine } from '../engine/engine';
import type { RunConfig } from '../runs/config';
import { machineMemory } from '../runs/machine-memory';
import { RequestError } from '../runs/request-error';
import { parameterShapes } from '../vae/parameters';
import { stateShapes } from '../vae/state';

const BYTES_PER_NUMBER = 4;

/** The memory in bytes that a model needs at the very least, by what it is for. */
export interface MemoryNeed {
  readonly weights: number;
  /** The optimizer's slots and the gradient; 0 without training. */
  readonly optimizer: number;
  /** One minibatch's images and the values of its layers, once; 0 without training. */
  readonly minibatch: number;
}

/** Returns a lower bound of the memory of a model that is trained, or only used. */
export function memoryNeed(
  { model, training }: Pick<RunConfig, 'model' | 'training'>,
  isTrained: boolean,
): MemoryNeed {
  const weights = bytesOf(parameterShapes(model));
  if (!isTrained) return { weights, optimizer: 0, minibatch: 0 };
  const { inputSize, encoderHidden, decoderHidden, latent } = model;
  const { minibatch, draws } = training;
  const encoder = [inputSize, ...encoderHidden];
  const decoder = [latent, ...decoderHidden, inputSize];
  return {
    weights,
    optimizer: bytesOf(stateShapes(model, training.optimizer)),
    minibatch: minibatch * (sum(encoder) + draws * sum(decoder)) * BYTES_PER_NUMBER,
  };
}

/** @throws RequestError with the sum, if a model needs more memory than there is */
export function requireMemory(
  config: Pick<RunConfig, 'model' | 'training'>,
  isTrained: boolean,
  there = machineMemory(),
): void {
  const need = memoryNeed(config, isTrained);
  if (sum(Object.values(need)) <= there) return;
  throw new RequestError(`${needText(config, need)}, and there are ${gigabytes(there)}. ${SMALLER}.`);
}

/** @throws RequestError with the sum, if a model needs more memory than its engine has, which may be less than the machine has */
export function requireEngineMemory(
  config: Pick<RunConfig, 'model' | 'training'>,
  isTrained: boolean,
  { ownMemory = Infinity, description }: Pick<Engine, 'ownMemory' | 'description'>,
): void {
  const need = memoryNeed(config, isTrained);
  if (sum(Object.values(need)) <= ownMemory) return;
  throw new RequestError(
    `${needText(config, need)}, and the engine '${description.name}' has ${gigabytes(ownMemory)} at most. ${SMALLER}, or another engine.`,
  );
}

const SMALLER =
  'Choose smaller hidden layers, fewer latent dimensions, smaller images or a smaller minibatch';

function needText(
  { training }: Pick<RunConfig, 'training'>,
  { weights, optimizer, minibatch }: MemoryNeed,
): string {
  const parts = [
    `${gigabytes(weights)} for its weights`,
    ...(optimizer > 0 ? [`${gigabytes(optimizer)} for the optimizer and the gradient`] : []),
    ...(minibatch > 0
      ? [
          `${gigabytes(minibatch)} for a minibatch of ${training.minibatch} images with ${training.draws} draws`,
        ]
      : []),
  ];
  return `this model needs at least ${gigabytes(weights + optimizer + minibatch)} of memory (${parts.join(', ')})`;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 0)} GB`;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const bytesOf = (shapes: Readonly<Record<string, readonly number[]>>): number =>
  sum(Object.values(shapes).map((shape) => shape.reduce((size, side) => size * side, 1))) * BYTES_PER_NUMBER;
