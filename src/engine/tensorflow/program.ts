import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { parameterShapes } from '../../vae/parameters';
import { stateShapes } from '../../vae/state';
import { noiseInputs } from '../noise';
import { decodeGraph, encodeGraph, evaluateGraph } from '../programs';
import type { ProtobufMessage } from '../protobuf';
import type { Executor } from './executor';
import { NodeList, after, attribute, savedModel } from './graph-def';
import type { TypeName } from './graph-def';
import { drawnNoise, importanceLoop } from './importance';
import { gatherAttributes, lower } from './lower';
import { trainingLoop } from './training-loop';
import { readVariable, scaled, variable } from './variables';

/** Names of the nodes that are fed and fetched. */
export const nodeNames = {
  /** Fed with each tensor of the state, which is stored when `assigned` is fetched. */
  set: (tensor: string): string => `set/${tensor}`,
  assign: (tensor: string): string => `assign/${tensor}`,
  get: (tensor: string): string => `get/${tensor}`,
  assigned: 'assigned',
  /** Fetched to allocate `imageCount` images; fetching `imagesPut` then stores `imageRows` at `imagePlaces`. */
  imagesMade: 'images/made',
  imageCount: 'images/count',
  imagesPut: 'images/put',
  imagePlaces: 'images/places',
  imageRows: 'images/rows',
  /** Fed with the images of one chunk, which replace all others when `imagesTaken` is fetched. */
  imagesGiven: 'images/given',
  imagesTaken: 'images/taken',
  train: {
    steps: 'train/steps',
    rows: 'train/rows',
    /** One node per input of `noiseInputs`. */
    noise: (input: string): string => `train/${input}`,
    rates: 'train/rates',
    /** Fed with zeros [steps or room, 2]; fetched as `measured` with the elbo and reconstruction of each step. */
    metrics: 'train/metrics',
    measured: 'train/measured',
  },
  encode: { x: 'encode/x', mean: 'encode/mean', logVariance: 'encode/logVariance' },
  decode: { z: 'decode/z', mean: 'decode/mean' },
  evaluate: {
    x: 'evaluate/x',
    epsilon: 'evaluate/epsilon',
    reconstruction: 'evaluate/reconstruction',
    kl: 'evaluate/kl',
  },
  importance: {
    x: 'importance/x',
    draws: 'importance/draws',
    /** Draws per iteration. */
    group: 'importance/group',
    /** Feed either the noise itself, or the key and counter to draw it from. */
    noise: 'importance/noise',
    key: 'importance/key',
    counter: 'importance/counter',
    maximum: 'importance/maximum',
    sum: 'importance/sum',
  },
} as const;

function placeholder(list: NodeList, name: string, type: TypeName, shape: readonly number[]): string {
  const attributes = { dtype: attribute.type(type), shape: attribute.shape(shape) };
  return list.add('Placeholder', [], attributes, 'output', name);
}

function fetchable(
  list: NodeList,
  name: string,
  value: string,
  type: TypeName,
  waits: readonly string[] = [],
): void {
  list.add('Identity', [value, ...waits], { T: attribute.type(type) }, 'output', name);
}

/** Adds nodes that read and write every tensor of the state. @returns the handles, by name */
function state(
  graph: NodeList,
  shapes: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, string>> {
  const float = { dtype: attribute.type('float') };
  const handles = Object.entries(shapes).map(([name, shape]) => [
    name,
    variable(graph, name, 'float', shape),
  ]);
  for (const [name, handle] of handles as [string, string][]) {
    const value = placeholder(graph, nodeNames.set(name), 'float', shapes[name]!);
    graph.add('AssignVariableOp', [handle, value], float, '', nodeNames.assign(name));
    fetchable(graph, nodeNames.get(name), readVariable(graph, handle), 'float');
  }
  const waits = Object.keys(shapes).map((name) => `^${nodeNames.assign(name)}`);
  fetchable(graph, nodeNames.assigned, graph.int(1), 'int32', waits);
  return Object.fromEntries(handles) as Record<string, string>;
}

/** Adds a variable for the images that minibatches are drawn from, as bytes in the session. @returns its handle */
function residentImages(graph: NodeList, inputSize: number): string {
  const bytes = { dtype: attribute.type('uint8') };
  const handle = variable(graph, 'images', 'uint8', [-1, inputSize]);
  const count = placeholder(graph, nodeNames.imageCount, 'int32', []);
  const pack = { T: attribute.type('int32'), N: attribute.int(2), axis: attribute.int(0) };
  const shape = graph.add('Pack', [count, graph.int(inputSize)], pack, 'output');
  const nothing = graph.add(
    'Fill',
    [shape, graph.constant('uint8', [], Uint8Array.of(0))],
    { T: attribute.type('uint8'), index_type: attribute.type('int32') },
    'output',
  );
  const made = graph.add('AssignVariableOp', [handle, nothing], bytes, '');
  fetchable(graph, nodeNames.imagesMade, graph.int(1), 'int32', [after(made)]);
  const places = placeholder(graph, nodeNames.imagePlaces, 'int32', [-1]);
  const rows = placeholder(graph, nodeNames.imageRows, 'uint8', [-1, inputSize]);
  const put = graph.add(
    'ResourceScatterUpdate',
    [handle, places, rows],
    { ...bytes, Tindices: attribute.type('int32') },
    '',
  );
  fetchable(graph, nodeNames.imagesPut, graph.int(1), 'int32', [after(put)]);
  const given = placeholder(graph, nodeNames.imagesGiven, 'uint8', [-1, inputSize]);
  const taken = graph.add('AssignVariableOp', [handle, given], bytes, '');
  fetchable(graph, nodeNames.imagesTaken, graph.int(1), 'int32', [after(taken)]);
  return handle;
}

/** Adds the importance weights of a block of draws. @returns functions for the library */
function importanceProgram(
  graph: NodeList,
  model: VaeConfig,
  parameters: Readonly<Record<string, string>>,
): readonly ProtobufMessage[] {
  const names = nodeNames.importance;
  const bytes = placeholder(graph, names.x, 'uint8', [-1, model.inputSize]);
  const shapes = { T: attribute.type('uint8'), out_type: attribute.type('int32') };
  const shape = graph.add('Shape', [bytes], shapes, 'output');
  const images = graph.add(
    'GatherV2',
    [shape, graph.int(0), graph.int(0)],
    gatherAttributes('int32'),
    'output',
  );
  const source = {
    key: placeholder(graph, names.key, 'int32', [1, 2]),
    counter: placeholder(graph, names.counter, 'int32', [2, 2]),
  };
  fetchable(graph, names.noise, drawnNoise(graph, model, images, source), 'float');
  const { maximum, sum, functions } = importanceLoop(graph, model, {
    x: scaled(graph, bytes),
    images,
    noise: `${names.noise}:0`,
    draws: placeholder(graph, names.draws, 'int32', []),
    group: placeholder(graph, names.group, 'int32', []),
    parameters,
  });
  fetchable(graph, names.maximum, maximum, 'float');
  fetchable(graph, names.sum, sum, 'float');
  return functions;
}

/** Builds saved_model.pb of a model: one graph, whose calls share a session and with it the state. */
export function vaeProgram(
  model: VaeConfig,
  training: TrainingConfig | null,
  executor: Executor,
): Uint8Array {
  const graph = new NodeList('graph');
  const shapes = stateShapes(model, training?.optimizer ?? null);
  const handles = state(graph, shapes);
  const parameters = Object.fromEntries(
    Object.keys(parameterShapes(model)).map((name) => [name, readVariable(graph, handles[name]!)]),
  );

  const { encode, decode, evaluate, train } = nodeNames;
  const bytes = (name: string): string =>
    scaled(graph, placeholder(graph, name, 'uint8', [-1, model.inputSize]));
  const posterior = lower(encodeGraph(model), graph, { ...parameters, x: bytes(encode.x) });
  fetchable(graph, encode.mean, posterior['mean']!, 'float');
  fetchable(graph, encode.logVariance, posterior['logVariance']!, 'float');
  const z = placeholder(graph, decode.z, 'float', [-1, model.latent]);
  fetchable(graph, decode.mean, lower(decodeGraph(model), graph, { ...parameters, z })['mean']!, 'float');
  const epsilon = placeholder(graph, evaluate.epsilon, 'float', [-1, model.latent]);
  const terms = lower(evaluateGraph(model), graph, { ...parameters, x: bytes(evaluate.x), epsilon });
  fetchable(graph, evaluate.reconstruction, terms['reconstruction']!, 'float');
  fetchable(graph, evaluate.kl, terms['klPerDimension']!, 'float');
  const functions = importanceProgram(graph, model, parameters);
  if (!training) return savedModel(graph, functions);

  const { minibatch, draws } = training;
  const loop = trainingLoop(model, training, executor);
  const resident = residentImages(graph, model.inputSize);
  const chunk = [
    graph.int(0),
    placeholder(graph, train.steps, 'int32', []),
    placeholder(graph, train.rows, 'int32', [-1, minibatch]),
    placeholder(graph, train.rates, 'float', [-1]),
    placeholder(graph, train.metrics, 'float', [-1, 2]),
    resident,
    ...noiseInputs(model, training).map(({ name, columns }) =>
      placeholder(graph, train.noise(name), 'float', [-1, draws * minibatch, columns]),
    ),
  ];
  const measured = loop.append(graph, [...chunk, ...Object.keys(shapes).map((name) => handles[name]!)]);
  fetchable(graph, train.measured, measured, 'float');
  return savedModel(graph, [...functions, ...loop.functions]);
}
