import { NO_WEIGHT } from '../../vae/importance';
import type { VaeConfig } from '../../vae/config';
import { parameterShapes } from '../../vae/parameters';
import { DRAWS_PER_BLOCK } from '../engine';
import { encodeGraph, importanceGraph } from '../programs';
import type { Message } from '../protobuf';
import { NodeList, attribute } from './graphDef';
import type { Argument } from './graphDef';
import { appendLoop, loopBody, loopCondition } from './loop';
import type { CountingLoop } from './loop';
import { gatherAttributes, lower } from './lower';

const INT = { T: attribute.type('int32') };
const FLOAT = { T: attribute.type('float') };

/** What the loop over draws is given beside the parameters; the first and the last two change from draw to draw. */
const ARGUMENTS: readonly Argument[] = [
  { name: 'i', type: 'int32' },
  { name: 'draws', type: 'int32' },
  { name: 'noise', type: 'float' },
  { name: 'x', type: 'float' },
  { name: 'mean', type: 'float' },
  { name: 'logVariance', type: 'float' },
  { name: 'maximum', type: 'float' },
  { name: 'sum', type: 'float' },
];
const place = (name: string): number => ARGUMENTS.findIndex((argument) => argument.name === name);

/** One draw, number `i` of the block. @param parameters name of each parameter's argument */
function body(model: VaeConfig, loop: CountingLoop, parameters: Readonly<Record<string, string>>): Message {
  const list = new NodeList('function');
  const epsilon = list.add('GatherV2', ['noise', 'i', list.int(1)], gatherAttributes('float'), 'output');
  const given = Object.fromEntries(ARGUMENTS.slice(place('x')).map(({ name }) => [name, name]));
  const sums = lower(importanceGraph(model), list, { ...parameters, ...given, epsilon });
  return loopBody(loop, list, { maximum: sums['maximum']!, sum: sums['sum']! });
}

/**
 * Noise [images, DRAWS_PER_BLOCK, Nz] as a pure function of key and counter (Philox). The counter goes up by one with each
 * four numbers, so that images can be asked for from any place on.
 * @param key int32 [1, 2] and counter int32 [2, 2], 64-bit numbers in two words, the lower one first
 * @param images how many, a scalar of int32
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

/** The counter's words for the block and image that a call begins with. */
export function counterWords(latent: number, block: number, firstImage: number): Int32Array {
  const offset = (firstImage * DRAWS_PER_BLOCK * latent) / 4;
  return Int32Array.of(...words(offset), ...words(block));
}

/** A whole number from 0 to 2^53 - 1 as two words of 32 bits, the lower one first. */
export function words(value: number): readonly [number, number] {
  return [value >>> 0, Math.floor(value / 0x100000000)];
}

interface Inputs {
  /** Images [batch, D] in [0, 1]. */
  readonly x: string;
  readonly images: string;
  /** [batch, at least draws, Nz] */
  readonly noise: string;
  readonly draws: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Appends the weights of a block of draws, summed for each image in a loop.
 * @returns maximum and sum [batch], and the functions for the library
 */
export function importanceLoop(
  graph: NodeList,
  model: VaeConfig,
  { x, images, noise, draws, parameters }: Inputs,
): { readonly maximum: string; readonly sum: string; readonly functions: readonly Message[] } {
  const names = Object.keys(parameterShapes(model));
  const own = Object.fromEntries(names.map((name, i) => [name, `parameter_${i}`]));
  const inputs = [...ARGUMENTS, ...names.map((name): Argument => ({ name: own[name]!, type: 'float' }))];
  const loop: CountingLoop = {
    ...{ name: 'importance/loop', condition: 'another_draw', body: 'draw' },
    ...{ inputs, limit: 'draws' },
  };
  const posterior = lower(encodeGraph(model), graph, { ...parameters, x });
  const single = graph.add(
    'Pack',
    [images],
    { ...INT, N: attribute.int(1), axis: attribute.int(0) },
    'output',
  );
  const start = (value: number): string => {
    const filler = graph.constant('float', [], Float32Array.of(value));
    return graph.add('Fill', [single, filler], { ...FLOAT, index_type: attribute.type('int32') }, 'output');
  };
  const references = [
    graph.int(0),
    draws,
    noise,
    x,
    posterior['mean']!,
    posterior['logVariance']!,
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
