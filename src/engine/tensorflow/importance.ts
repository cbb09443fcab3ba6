import { NO_WEIGHT } from '../../vae/importance';
import type { VaeConfig } from '../../vae/config';
import { parameterShapes } from '../../vae/parameters';
import { DRAWS_PER_BLOCK } from '../engine';
import type { WeightSums } from '../engine';
import { encodeGraph, importanceGraph } from '../programs';
import type { ProtobufMessage } from '../protobuf';
import { NodeList, attribute } from './graph-def';
import type { Argument } from './graph-def';
import { appendLoop, loopBody, loopCondition } from './loop';
import type { CountingLoop } from './loop';
import { gatherAttributes, lower } from './lower';

const INT = { T: attribute.type('int32') };
const FLOAT = { T: attribute.type('float') };

/**
 * Arguments of the loop over groups of draws, before the parameters. Only the first and the last two change between iterations.
 */
const ARGUMENTS: readonly Argument[] = [
  { name: 'i', type: 'int32' },
  { name: 'turns', type: 'int32' },
  { name: 'noise', type: 'float' },
  { name: 'x', type: 'float' },
  { name: 'mean', type: 'float' },
  { name: 'logVariance', type: 'float' },
  { name: 'maximum', type: 'float' },
  { name: 'sum', type: 'float' },
];
const place = (name: string): number => ARGUMENTS.findIndex((argument) => argument.name === name);

/** Maximum rows per iteration, and maximum pixel values in them; larger iterations take no less time per row. */
const MAX_ROWS = 1000;
const MAX_PIXEL_VALUES = 2 ** 20;

/**
 * Returns how many draws of each image one loop iteration takes, a divisor of `draws`. Each iteration has a fixed cost, and
 * kernels are slow on few rows.
 */
export function drawsPerTurn({ inputSize }: VaeConfig, images: number, draws: number): number {
  const limit = Math.floor(Math.min(MAX_ROWS, MAX_PIXEL_VALUES / inputSize) / images);
  for (let group = Math.min(limit, draws); group > 1; group--) if (draws % group === 0) return group;
  return 1;
}

/** Combines the sums of each image's consecutive rows into one sum per image. @param rows per image */
export function pooledSums({ maximum, sum }: WeightSums, rows: number): WeightSums {
  const images = maximum.length / rows;
  const pooled = { maximum: new Float32Array(images), sum: new Float32Array(images) };
  for (let image = 0; image < images; image++) {
    const own = maximum.subarray(image * rows, (image + 1) * rows);
    const largest = own.reduce((a, b) => Math.max(a, b));
    pooled.maximum[image] = largest;
    pooled.sum[image] = own.reduce(
      (total, each, i) => total + sum[image * rows + i]! * Math.exp(each - largest),
      0,
    );
  }
  return pooled;
}

/**
 * Builds iteration `i`: a group of draws for each image, one row per draw. @param parameters argument name of each parameter
 */
function body(
  model: VaeConfig,
  loop: CountingLoop,
  parameters: Readonly<Record<string, string>>,
): ProtobufMessage {
  const list = new NodeList('function');
  const group = list.add('GatherV2', ['noise', 'i', list.int(1)], gatherAttributes('float'), 'output');
  const epsilon = reshape(list, group, list.ints([-1, model.latent]));
  const given = Object.fromEntries(ARGUMENTS.slice(place('x')).map(({ name }) => [name, name]));
  const sums = lower(importanceGraph(model), list, { ...parameters, ...given, epsilon });
  return loopBody(loop, list, { maximum: sums['maximum']!, sum: sums['sum']! });
}

/**
 * Returns noise [images, DRAWS_PER_BLOCK, Nz] as a pure function of key and counter (Philox). The counter advances by one per
 * four numbers, so the noise can start at any image.
 * @param key int32 [1, 2] and counter int32 [2, 2]: 64-bit numbers as two words, low word first
 * @param images number of images, an int32 scalar
 */
export function drawnNoise(
  graph: NodeList,
  model: VaeConfig,
  images: string,
  { key, counter }: { readonly key: string; readonly counter: string },
): string {
  const wide = (words: string): string =>
    graph.add('Bitcast', [words], { ...INT, type: attribute.type('uint64') }, 'output');
  const sizes = [images, graph.int(DRAWS_PER_BLOCK), graph.int(model.latent)];
  const shape = graph.add('Pack', sizes, { ...INT, N: attribute.int(3), axis: attribute.int(0) }, 'output');
  const PHILOX = 1;
  return graph.add(
    'StatelessRandomNormalV2',
    [shape, wide(key), wide(counter), graph.int(PHILOX)],
    { dtype: attribute.type('float'), Tshape: attribute.type('int32') },
    'output',
  );
}

/** Returns the counter words at which a call starts, from its block and its first image. */
export function counterWords(latent: number, block: number, firstImage: number): Int32Array {
  const offset = (firstImage * DRAWS_PER_BLOCK * latent) / 4;
  return Int32Array.of(...words(offset), ...words(block));
}

/** Splits a whole number from 0 to 2^53 - 1 into two 32-bit words, low word first. */
export function words(value: number): readonly [number, number] {
  return [value >>> 0, Math.floor(value / 0x100000000)];
}

const reshape = (list: NodeList, value: string, shape: string): string =>
  list.add('Reshape', [value, shape], { ...FLOAT, Tshape: attribute.type('int32') }, 'output');

interface Inputs {
  /** Images [batch, D] in [0, 1]. */
  readonly x: string;
  /** Number of images, an int32 scalar. */
  readonly images: string;
  /** [batch, at least draws, Nz] */
  readonly noise: string;
  readonly draws: string;
  /** Draws per iteration, a divisor of `draws`. */
  readonly group: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Appends a loop that sums the weights of a block of draws.
 * @returns maximum and sum [batch * group], with an image's rows next to each other, and the functions for the library
 */
export function importanceLoop(
  graph: NodeList,
  model: VaeConfig,
  { x, images, noise, draws, group, parameters }: Inputs,
): { readonly maximum: string; readonly sum: string; readonly functions: readonly ProtobufMessage[] } {
  const names = Object.keys(parameterShapes(model));
  const own = Object.fromEntries(names.map((name, i) => [name, `parameter_${i}`]));
  const inputs = [...ARGUMENTS, ...names.map((name): Argument => ({ name: own[name]!, type: 'float' }))];
  const loop: CountingLoop = {
    ...{ name: 'importance/loop', condition: 'another_draw', body: 'draw' },
    ...{ inputs, limit: 'turns' },
  };
  const posterior = lower(encodeGraph(model), graph, { ...parameters, x });
  const pack = (sizes: readonly string[]): string =>
    graph.add('Pack', sizes, { ...INT, N: attribute.int(sizes.length), axis: attribute.int(0) }, 'output');
  const whole = (operation: string, a: string, b: string): string => graph.add(operation, [a, b], INT, 'z');
  /** Repeats each row [columns] once per draw of an iteration. */
  const repeated = (value: string, columns: number): string => {
    const rows = reshape(graph, value, graph.ints([-1, 1, columns]));
    const times = pack([graph.int(1), group, graph.int(1)]);
    const tiled = graph.add(
      'Tile',
      [rows, times],
      { ...FLOAT, Tmultiples: attribute.type('int32') },
      'output',
    );
    return reshape(graph, tiled, graph.ints([-1, columns]));
  };
  const turns = whole('FloorDiv', draws, group);
  const used = graph.add(
    'Slice',
    [noise, graph.ints([0, 0, 0]), pack([images, draws, graph.int(model.latent)])],
    { ...FLOAT, Index: attribute.type('int32') },
    'output',
  );
  const perTurn = whole('Mul', group, graph.int(model.latent));
  const rows = pack([whole('Mul', images, group)]);
  const start = (value: number): string => {
    const filler = graph.constant('float', [], Float32Array.of(value));
    return graph.add('Fill', [rows, filler], { ...FLOAT, index_type: attribute.type('int32') }, 'output');
  };
  const references = [
    graph.int(0),
    turns,
    reshape(graph, used, pack([images, turns, perTurn])),
    repeated(x, model.inputSize),
    repeated(posterior['mean']!, model.latent),
    repeated(posterior['logVariance']!, model.latent),
    start(NO_WEIGHT),
    start(0),
    ...names.map((name) => parameters[name]!),
  ];
  appendLoop(loop, graph, references);
  return {
    maximum: graph.reference(loop.name, 'output', place('maximum')),
    sum: graph.reference(loop.name, 'output', place('sum')),
    functions: [loopCondition(loop), body(model, loop, own)],
  };
}
