import type { TrainingState } from '../engine/engine';
import { RandomStream } from '../random/stream';
import { newestCheckpoint } from '../runs/checkpoint';
import type { Checkpoint } from '../runs/checkpoint';
import type { RunConfig } from '../runs/config';
import type { Tensor } from '../runs/safetensors';
import { maxWeightsBytes } from '../runs/weights';
import type { Weights } from '../runs/weights';
import { initialiseParameters, parameterShapes } from '../vae/parameters';
import { stateShapes } from '../vae/state';

/** Returns seeded initial parameters; optimizer slots are zero. */
export function initialState(config: RunConfig): TrainingState {
  const stream = new RandomStream(config.seed, 'initialise');
  const parameters = initialiseParameters(config.model, config.initialisation, (block, count) =>
    stream.normals(block, count),
  );
  const slots = Object.entries(expectedShapes(config))
    .filter(([name]) => !(name in parameters))
    .map(([name, shape]) => [name, new Float32Array(shape.reduce((size, side) => size * side, 1))]);
  return { step: 0, parameters, slots: Object.fromEntries(slots) as TrainingState['slots'] };
}

function expectedShapes(config: RunConfig): Readonly<Record<string, readonly number[]>> {
  return stateShapes(config.model, config.training.optimizer);
}

/** Converts an engine state to the tensors of a checkpoint. */
export function tensorsOf(config: RunConfig, state: TrainingState): Map<string, Tensor> {
  return shaped(expectedShapes(config), { ...state.parameters, ...state.slots });
}

/** Converts an engine state to the weights of a snapshot, without optimizer slots. */
export function weightsOf({ model }: RunConfig, { step, parameters }: TrainingState): Weights {
  return { step, tensors: shaped(parameterShapes(model), parameters) };
}

function shaped(
  shapes: Readonly<Record<string, readonly number[]>>,
  values: Readonly<Record<string, Float32Array>>,
): Map<string, Tensor> {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, { shape, data: values[name]! }]));
}

/** Converts a checkpoint to an engine state. @throws Error if it does not match this configuration's model and optimizer */
function stateOf(config: RunConfig, checkpoint: Checkpoint): TrainingState {
  return read(expectedShapes(config), checkpoint, 'checkpoint');
}

/**
 * Reads the newest checkpoint that fits the run's model and optimizer; null if there is none.
 * @param onDamaged called for each newer checkpoint that cannot be used
 */
export async function newestState(
  runFolder: string,
  config: RunConfig,
  onDamaged?: (message: string) => void,
): Promise<{ readonly checkpoint: Checkpoint; readonly state: TrainingState } | null> {
  const maxBytes = maxWeightsBytes(expectedShapes(config));
  const checkpoint = await newestCheckpoint(runFolder, onDamaged, (one) => stateOf(config, one), maxBytes);
  return checkpoint && { checkpoint, state: stateOf(config, checkpoint) };
}

/** Converts a snapshot to an engine state without optimizer slots. @throws Error if it does not match this model */
export function stateOfSnapshot({ model }: RunConfig, snapshot: Weights): TrainingState {
  return read(parameterShapes(model), snapshot, 'snapshot');
}

function read(
  shapes: Readonly<Record<string, readonly number[]>>,
  { step, tensors }: Weights,
  what: string,
): TrainingState {
  const parameters: Record<string, Float32Array> = {};
  const slots: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`${what} ${step} has no '${name}'`);
    if (tensor.shape.join() !== shape.join()) {
      throw new Error(`'${name}' in ${what} ${step} is [${tensor.shape.join()}], expected [${shape.join()}]`);
    }
    (name.includes('/') ? slots : parameters)[name] = tensor.data;
  }
  return { step, parameters, slots };
}
