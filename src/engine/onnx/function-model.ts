import type { Graph } from '../../trace/graph';
import { GraphBuilder } from './graph-builder';
import { lower } from './lower';
import type { OnnxModel, OnnxValue } from './model';
import type { OnnxTensor } from './tensor';

/** Converts image bytes to numbers in [0, 1], correctly rounded. */
export function scaled(builder: GraphBuilder, bytes: string): string {
  return builder.add('Div', [builder.add('Cast', [bytes], { to: { int: 1 } }), builder.number(255)]);
}

interface Options {
  /** Inputs given as image bytes, which the model scales. */
  readonly bytes?: readonly string[];
  /** Inputs stored in the model under their names, with their values; those that nothing depends on are left out. */
  readonly constants?: Readonly<Record<string, OnnxTensor>>;
  /** Descriptions of inputs and outputs, by name. */
  readonly descriptions?: Readonly<Record<string, string>>;
}

/** Converts a traced function to an ONNX model. Inputs and outputs keep their names; the batch dimension is named `batch`. */
export function functionModel(name: string, graph: Graph, options: Options): OnnxModel {
  const { bytes = [], constants = {}, descriptions = {} } = options;
  const builder = new GraphBuilder(`${name}/`);
  const dims = (number: number): (number | string)[] =>
    graph.nodes[number]!.type.shape.map((size) => (typeof size === 'number' ? size : 'batch'));
  const described = (value: OnnxValue): OnnxValue => {
    const description = descriptions[value.name];
    return description === undefined ? value : { ...value, description };
  };
  const used = new Set([
    ...graph.nodes.flatMap((node) => node.inputs),
    ...graph.outputs.map(({ node }) => node),
  ]);
  const inputs: OnnxValue[] = [];
  const values: Record<string, string> = {};
  graph.nodes.forEach((node, number) => {
    if (node.operation !== 'Input') return;
    const own = node.attributes.name;
    const constant = constants[own];
    const type = bytes.includes(own) ? 'uint8' : 'float32';
    if (constant) {
      if (used.has(number)) values[own] = builder.namedConstant(own, constant);
      return;
    }
    inputs.push(described({ name: own, type, dims: dims(number) }));
    values[own] = type === 'uint8' ? scaled(builder, own) : own;
  });
  const results = lower(graph, builder, values);
  const outputs = graph.outputs.map(({ name: output, node }): OnnxValue => {
    builder.add('Identity', [results[output]!], {}, output);
    return described({ name: output, type: 'float32', dims: dims(node) });
  });
  return { graph: builder.build({ name, inputs, outputs }) };
}
