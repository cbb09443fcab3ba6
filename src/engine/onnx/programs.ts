import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { stateShapes } from '../../vae/state';
import { noiseInputs } from '../noise';
import { decodeGraph, encodeGraph, evaluateGraph, stepGraph } from '../programs';
import { functionModel, scaled } from './function-model';
import { GraphBuilder } from './graph-builder';
import { lower } from './lower';
import type { OnnxGraph, OnnxModel, OnnxValue } from './model';

/**
 * Names of the training model's inputs and outputs, except the noise, which `noiseInputs` names. A state tensor `w` is the
 * input `w` and the output `next/w`.
 */
export const trainingNames = {
  steps: 'steps',
  images: 'images',
  rows: 'rows',
  rates: 'rates',
  next: (tensor: string): string => `next/${tensor}`,
  elbo: 'elbo',
  reconstruction: 'reconstruction',
} as const;

const float = (name: string, dims: readonly (number | string)[]): OnnxValue => ({
  name,
  type: 'float32',
  dims,
});

/** Builds one step of Algorithm 1 on row `i` of the chunk's inputs, which it reads from the enclosing graph. */
function loopBody(
  model: VaeConfig,
  training: TrainingConfig,
  shapes: Readonly<Record<string, readonly number[]>>,
): OnnxGraph {
  const builder = new GraphBuilder('s');
  const row = (of: string): string => builder.add('Gather', [of, 'i'], { axis: { int: 0 } });
  const own = (tensor: string): string => `step/${tensor}`;
  const minibatch = builder.add('Gather', [trainingNames.images, row(trainingNames.rows)], {
    axis: { int: 0 },
  });
  const results = lower(stepGraph(model, training), builder, {
    ...Object.fromEntries(Object.keys(shapes).map((name) => [name, own(name)])),
    x: scaled(builder, minibatch),
    ...Object.fromEntries(noiseInputs(model, training).map(({ name }) => [name, row(name)])),
    rate: row(trainingNames.rates),
  });
  builder.add('Identity', ['go_on'], {}, 'goes_on');
  const state = Object.entries(shapes);
  return builder.build({
    name: 'step',
    inputs: [
      { name: 'i', type: 'int64', dims: [] },
      { name: 'go_on', type: 'bool', dims: [] },
      ...state.map(([name, dims]) => float(own(name), dims)),
    ],
    outputs: [
      { name: 'goes_on', type: 'bool', dims: [] },
      ...state.map(([name, dims]) => float(results[name]!, dims)),
      float(results['elbo']!, []),
      float(results['reconstruction']!, []),
    ],
  });
}

/** Builds a model that runs a chunk of steps in a loop, with the state as inputs and outputs. */
export function trainingModel(model: VaeConfig, training: TrainingConfig): OnnxModel {
  const { minibatch, draws } = training;
  const shapes = stateShapes(model, training.optimizer);
  const state = Object.entries(shapes);
  const { steps, images, rows, rates, next, elbo, reconstruction } = trainingNames;
  const builder = new GraphBuilder('t');
  const names = state.map(([name]) => name);
  builder.addNode({
    operator: 'Loop',
    inputs: [steps, '', ...names],
    outputs: [...names.map(next), elbo, reconstruction],
    attributes: { body: { graph: loopBody(model, training, shapes) } },
  });
  return {
    graph: builder.build({
      name: 'train',
      inputs: [
        { name: steps, type: 'int64', dims: [] },
        { name: images, type: 'uint8', dims: ['images', model.inputSize] },
        { name: rows, type: 'int32', dims: ['steps', minibatch] },
        ...noiseInputs(model, training).map(({ name, columns }) =>
          float(name, ['steps', draws * minibatch, columns]),
        ),
        float(rates, ['steps']),
        ...state.map(([name, dims]) => float(name, dims)),
      ],
      outputs: [
        ...state.map(([name, dims]) => float(next(name), dims)),
        float(elbo, ['steps']),
        float(reconstruction, ['steps']),
      ],
    }),
  };
}

/** Traced functions as models, with the parameters as inputs and images as bytes. */
export const encodeModel = (model: VaeConfig): OnnxModel =>
  functionModel('encode', encodeGraph(model), { bytes: ['x'] });
export const decodeModel = (model: VaeConfig): OnnxModel => functionModel('decode', decodeGraph(model), {});
export const evaluateModel = (model: VaeConfig): OnnxModel =>
  functionModel('evaluate', evaluateGraph(model), { bytes: ['x'] });
