import type { VaeConfig } from '../vae/config';
import { parameterShapes } from '../vae/parameters';
import type { TrainingState } from './engine';

type Tensors = Readonly<Record<string, Float32Array>>;

/** Returns the named tensors of a state. @throws Error if the state lacks one */
export function tensorsFromState(state: TrainingState, names: readonly string[]): Tensors {
  const values: Tensors = { ...state.parameters, ...state.slots };
  return Object.fromEntries(
    names.map((name) => {
      const value = values[name];
      if (!value) throw new Error(`the state has no '${name}'`);
      return [name, value];
    }),
  );
}

/** Splits tensors into the model's parameters and optimizer slots; the inverse of `tensorsFromState`. */
export function stateFromTensors(model: VaeConfig, step: number, tensors: Tensors): TrainingState {
  const shapes = parameterShapes(model);
  const pick = (isParameter: boolean): Tensors =>
    Object.fromEntries(Object.entries(tensors).filter(([name]) => name in shapes === isParameter));
  return { step, parameters: pick(true), slots: pick(false) };
}
