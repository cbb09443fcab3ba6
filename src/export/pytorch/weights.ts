import { RunError } from '../../runs/run-error';
import type { RunConfig } from '../../runs/config';
import type { Tensor } from '../../runs/safetensors';
import type { VaeConfig } from '../../vae/config';
import { FEATURES, OUTPUT, POSTERIOR, featureMap, layers, likelihoodParameters } from '../../vae/layers';
import type { Layer } from '../../vae/layers';
import { biasOf, weightOf } from '../../vae/parameters';
import type { Parameters } from '../../vae/parameters';

/** Names of the two halves of the posterior's layer, which PyTorch code usually keeps apart. */
const HEADS = ['encoder.mean', 'encoder.log_variance'] as const;

/**
 * Converts parameters to PyTorch's layouts and names: weights [outputs, inputs, ...], images and feature maps with channels first. Layers
 * keep their names, but for the posterior's, which becomes `encoder.mean` and `encoder.log_variance`.
 * @throws RunError if the size of the images is not that of the model's input
 */
export function torchWeights(
  { model, data }: Pick<RunConfig, 'model' | 'data'>,
  parameters: Parameters<Float32Array>,
): Map<string, Tensor> {
  const { width, height, channels } = data;
  if (width * height * channels !== model.inputSize)
    throw new RunError(
      `images of ${width} x ${height} x ${channels} have ${width * height * channels} numbers, expected ${model.inputSize} as the model has`,
    );
  const weights = new Map<string, Tensor>();
  for (const layer of layers(model)) {
    const weight = parameters[weightOf(layer.name)]!;
    const bias = parameters[biasOf(layer.name)]!;
    const converted =
      layer.weight.length === 4
        ? { weight: channelsFirst(weight, layer.weight), bias: { shape: [layer.outputs], data: bias } }
        : dense(layer, weight, bias, ordersOf(layer, { model, image: [height, width, channels] }));
    const parts = layer.name === POSTERIOR ? halves(converted) : [converted];
    parts.forEach((part, i) => {
      const name = layer.name === POSTERIOR ? HEADS[i]! : layer.name;
      weights.set(weightOf(name), part.weight);
      weights.set(biasOf(name), part.bias);
    });
  }
  return weights;
}

interface Converted {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Position, in the product's order, of each input or output in PyTorch's; null if both orders are the same. */
interface Orders {
  readonly inputs: Uint32Array | null;
  readonly outputs: Uint32Array | null;
}

type Size3 = readonly [height: number, width: number, channels: number];

/** Dense layers next to images or feature maps see them flattened: channels last in the product, channels first in PyTorch. */
function ordersOf({ name }: Layer, { model, image }: { model: VaeConfig; image: Size3 }): Orders {
  const maps = model.convolution ? featureMap(model.convolution) : image;
  const isFirst = name === 'encoder.hidden.0';
  if (name === FEATURES) return { inputs: null, outputs: channelsFirstOrder(maps, 1) };
  if (name === OUTPUT)
    return { inputs: null, outputs: channelsFirstOrder(maps, likelihoodParameters(model)) };
  return { inputs: isFirst ? channelsFirstOrder(maps, 1) : null, outputs: null };
}

/** Returns the position in [count, height, width, channels] of each number of [count, channels, height, width]. */
function channelsFirstOrder([height, width, channels]: Size3, count: number): Uint32Array {
  const pixels = height * width;
  return Uint32Array.from({ length: count * pixels * channels }, (_, i) => {
    const one = Math.floor(i / (pixels * channels));
    const channel = Math.floor(i / pixels) % channels;
    return (one * pixels + (i % pixels)) * channels + channel;
  });
}

/** Transposes a dense layer [inputs, outputs] to [outputs, inputs]. */
function dense(layer: Layer, weight: Float32Array, bias: Float32Array, orders: Orders): Converted {
  const [inputs, outputs] = layer.weight as [number, number];
  const data = new Float32Array(weight.length);
  for (let o = 0; o < outputs; o++) {
    const output = orders.outputs?.[o] ?? o;
    for (let i = 0; i < inputs; i++)
      data[o * inputs + i] = weight[(orders.inputs?.[i] ?? i) * outputs + output]!;
  }
  const ordered = orders.outputs ? Float32Array.from(orders.outputs, (output) => bias[output]!) : bias;
  return { weight: { shape: [outputs, inputs], data }, bias: { shape: [outputs], data: ordered } };
}

/**
 * Transposes a filter [kernel, kernel, a, b] to [b, a, kernel, kernel]: of a convolution, a are its inputs; of a transposed one, as in
 * PyTorch, its outputs.
 */
function channelsFirst(filter: Float32Array, shape: readonly number[]): Tensor {
  const [rows, columns, a, b] = shape as [number, number, number, number];
  const data = new Float32Array(filter.length);
  let at = 0;
  for (let j = 0; j < b; j++)
    for (let i = 0; i < a; i++)
      for (let place = 0; place < rows * columns; place++) data[at++] = filter[(place * a + i) * b + j]!;
  return { shape: [b, a, rows, columns], data };
}

function halves({ weight, bias }: Converted): Converted[] {
  const [outputs, inputs] = weight.shape as [number, number];
  const half = outputs / 2;
  return [0, 1].map((i) => ({
    weight: {
      shape: [half, inputs],
      data: weight.data.slice(i * half * inputs, (i + 1) * half * inputs),
    },
    bias: { shape: [half], data: bias.data.slice(i * half, (i + 1) * half) },
  }));
}
