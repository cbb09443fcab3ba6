import type { Graph } from '../../trace/graph';
import type { VaeConfig } from '../../vae/config';
import { parameterShapes } from '../../vae/parameters';
import type { Parameters } from '../../vae/parameters';
import { decodeGraph, encodeGraph } from '../programs';
import { NodeList, attribute } from '../tensorflow/graph-def';
import type {
  AttributeMap,
  AttributeValue,
  NodeDefinition,
  TensorValue,
  TypeName,
} from '../tensorflow/graph-def';
import { lower } from '../tensorflow/lower';

/** A model as `tf.loadGraphModel` reads it, before it is divided into files. */
export interface GraphModel {
  /** GraphDef in the JSON form of protocol buffers; constants have no values there. */
  readonly topology: object;
  /** Names and shapes of inputs and outputs. */
  readonly signature: object;
  /** The constants, in the order of their values in `weights`. */
  readonly specifications: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: 'float32' | 'int32';
  }[];
  readonly weights: readonly Uint8Array[];
}

const TYPES: Readonly<Record<TypeName, string>> = {
  float: 'DT_FLOAT',
  int32: 'DT_INT32',
  uint8: 'DT_UINT8',
  bool: 'DT_BOOL',
  bfloat16: 'DT_BFLOAT16',
  resource: 'DT_RESOURCE',
  uint64: 'DT_UINT64',
};

type Exporter = (model: VaeConfig, parameters: Parameters<Float32Array>) => GraphModel;

const exporter =
  (graphOf: (model: VaeConfig) => Graph): Exporter =>
  (model, parameters) => {
    const graph = graphOf(model);
    const shapes = parameterShapes(model);
    const list = new NodeList('graph');
    const used = new Set(graph.nodes.flatMap((node) => node.inputs));
    const inputs: Record<string, string> = {};
    const placeholders: [string, readonly number[]][] = [];
    graph.nodes.forEach((node, number) => {
      if (node.operation !== 'Input' || !used.has(number)) return;
      const { name } = node.attributes;
      const shape = shapes[name];
      const dtype = attribute.type('float');
      if (shape) {
        const value = attribute.tensor('float', shape, parameters[name]!);
        inputs[name] = list.add('Const', [], { dtype, value }, 'output', name);
        return;
      }
      const sizes = node.type.shape.map((size) => (typeof size === 'number' ? size : -1));
      placeholders.push([name, sizes]);
      inputs[name] = list.add('Placeholder', [], { dtype, shape: attribute.shape(sizes) }, 'output', name);
    });
    const results = lower(graph, list, inputs, 'graph', false);
    const outputs = graph.outputs.map(({ name, node }): [string, readonly number[]] => {
      list.add('Identity', [results[name]!], { T: attribute.type('float') }, 'output', name);
      return [name, graph.nodes[node]!.type.shape.map((size) => (typeof size === 'number' ? size : -1))];
    });
    const constants = list.nodes.flatMap(({ name, attributes: { value } }) =>
      value !== undefined && 'tensor' in value ? [{ name, ...value.tensor }] : [],
    );
    return {
      topology: { node: list.nodes.map(nodeJson), library: {}, versions: {} },
      signature: { inputs: tensorsJson(placeholders), outputs: tensorsJson(outputs) },
      specifications: constants.map(({ name, shape, type }) => ({ name, shape, dtype: dtypeOf(type) })),
      weights: constants.map(
        ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      ),
    };
  };

/** x [batch, D] in [0, 1] -> mean, logVariance [batch, Nz] of q(z|x). */
export const tfjsEncoder = exporter(encodeGraph);

/** z [batch, Nz] -> mean and the parameters of p(x|z), e.g. logits, each [batch, D]. */
export const tfjsDecoder = exporter(decodeGraph);

function dtypeOf(type: TypeName): 'float32' | 'int32' {
  if (type === 'float') return 'float32';
  if (type === 'int32') return 'int32';
  throw new Error(`a constant of ${type}, expected float or int32`);
}

const tensorsJson = (tensors: readonly (readonly [string, readonly number[]])[]): object =>
  Object.fromEntries(
    tensors.map(([name, shape]) => [
      name,
      { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shapeJson(shape) },
    ]),
  );

const shapeJson = (shape: readonly number[]): object => ({
  dim: shape.map((size) => ({ size: String(size) })),
});

const nodeJson = ({ name, operation, inputs, attributes }: NodeDefinition): object => ({
  name,
  op: operation,
  ...(inputs.length === 0 ? {} : { input: inputs.map((input) => input.replace(/:0$/, '')) }),
  attr: Object.fromEntries(
    Object.entries({ ...defaultsOf(operation), ...attributes }).map(([key, value]) => [
      key,
      attributeJson(value),
    ]),
  ),
});

/** Attributes that TensorFlow knows the values of, and TensorFlow.js does not. */
const defaultsOf = (operation: string): AttributeMap =>
  operation.startsWith('Conv2D') ? { dilations: attribute.ints([1, 1, 1, 1]) } : {};

/** Numbers of 64 bits are texts there, and bytes base64. */
function attributeJson(value: AttributeValue): object {
  if ('type' in value) return { type: TYPES[value.type] };
  if ('int' in value) return { i: String(value.int) };
  if ('flag' in value) return { b: value.flag };
  if ('text' in value) return { s: Buffer.from(value.text).toString('base64') };
  if ('shape' in value) return { shape: shapeJson(value.shape) };
  if ('ints' in value) return { list: { i: value.ints.map(String) } };
  if ('tensor' in value) return { tensor: tensorJson(value.tensor) };
  throw new Error(`an attribute of a graph's own functions: ${JSON.stringify(value)}`);
}

const tensorJson = ({ type, shape }: TensorValue): object => ({
  dtype: TYPES[type],
  tensorShape: shapeJson(shape),
});
