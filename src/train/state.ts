import type { TrainingState } from '../engine/engine';
import { RandomStream } from '../random/stream';
import type { Checkpoint } from '../runs/checkpoint';
import type { RunConfig } from '../runs/config';
import type { Tensor } from '../runs/safetensors';
import { initialiseParameters } from '../vae/parameters';
import { stateShapes } from '../vae/state';

/** Seeded start values; optimizer slots are zero. */
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

/** @param state what the engine holds @returns what a checkpoint holds */
export function tensorsOf(config: RunConfig, state: TrainingState): Map<string, Tensor> {
  const values: Record<string, Float32Array> = { ...state.parameters, ...state.slots };
  return new Map(
    Object.entries(expectedShapes(config)).map(([name, shape]) => [name, { shape, data: values[name]! }]),
  );
}

/** @throws Error when the checkpoint is not one of this configuration's model and optimizer */
export function stateOf(config: RunConfig, checkpoint: Checkpoint): TrainingState {
  const parameters: Record<string, Float32Array> = {};
  const slots: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(expectedShapes(config))) {
    const tensor = checkpoint.tensors.get(name);
    if (!tensor) throw new Error(`checkpoint ${checkpoint.step} has no '${name}'`);
    if (tensor.shape.join() !== shape.join()) {
      throw new Error(
        `'${name}' in checkpoint ${checkpoint.step} is [${tensor.shape.join()}], expected [${shape.join()}]`,
      );
    }
    (name.includes('/') ? slots : parameters)[name] = tensor.data;
  }
  return { step: checkpoint.step, parameters, slots };
}
