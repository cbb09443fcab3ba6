import { ProtobufMessage } from '../protobuf';
import { DataType } from './binding';

/** Builders of TensorFlow's graph messages; field numbers from tensorflow/core/framework/*.proto. */

export type TypeName = keyof typeof DataType;

const shapeMessage = (shape: readonly number[]): ProtobufMessage =>
  new ProtobufMessage().messages(
    2,
    shape.map((size) => new ProtobufMessage().varint(1, size)),
  );

/** Builders of attribute values (AttrValue). In shapes, -1 is an unknown size. */
export const attribute = {
  type: (name: TypeName): ProtobufMessage => new ProtobufMessage().varint(6, DataType[name]),
  int: (value: number): ProtobufMessage => new ProtobufMessage().varint(3, value),
  flag: (value: boolean): ProtobufMessage => new ProtobufMessage().varint(5, value),
  text: (value: string): ProtobufMessage => new ProtobufMessage().string(2, value),
  shape: (shape: readonly number[]): ProtobufMessage => new ProtobufMessage().message(7, shapeMessage(shape)),
  function: (name: string): ProtobufMessage =>
    new ProtobufMessage().message(10, new ProtobufMessage().string(1, name)),
  ints: (values: readonly number[]): ProtobufMessage =>
    new ProtobufMessage().message(1, new ProtobufMessage().packedVarints(3, values)),
  types: (names: readonly TypeName[]): ProtobufMessage =>
    new ProtobufMessage().message(
      1,
      new ProtobufMessage().packedVarints(
        6,
        names.map((name) => DataType[name]),
      ),
    ),
  shapes: (shapes: readonly (readonly number[])[]): ProtobufMessage =>
    new ProtobufMessage().message(1, new ProtobufMessage().messages(7, shapes.map(shapeMessage))),
  tensor: (
    type: TypeName,
    shape: readonly number[],
    values: Float32Array | Int32Array | Uint8Array,
  ): ProtobufMessage =>
    new ProtobufMessage().message(
      8,
      new ProtobufMessage()
        .varint(1, DataType[type])
        .message(2, shapeMessage(shape))
        .bytes(4, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    ),
};

export type AttributeMap = Readonly<Record<string, ProtobufMessage>>;

/**
 * Nodes of the graph itself or of a library function. The two differ only in how inputs are written: `node:0` in the graph,
 * `node:output name:0` in a function.
 */
export class NodeList {
  readonly nodes: ProtobufMessage[] = [];
  private count = 0;

  constructor(private readonly place: 'graph' | 'function') {}

  /**
   * Appends a node.
   * @param inputs references returned by this method; `^node` for a control input
   * @param output result name in the operation's definition @returns the reference to the result
   */
  add(
    operation: string,
    inputs: readonly string[],
    attributes: AttributeMap,
    output: string,
    name?: string,
  ): string {
    const own = name ?? `n${this.count++}`;
    // Control inputs come last.
    const ordered = [
      ...inputs.filter((input) => !input.startsWith('^')),
      ...inputs.filter((input) => input.startsWith('^')),
    ];
    this.nodes.push(
      new ProtobufMessage()
        .string(1, own)
        .string(2, operation)
        .strings(3, ordered)
        .map(5, Object.entries(attributes)),
    );
    return this.reference(own, output, 0);
  }

  /** Returns a reference to one of a node's results. */
  reference(name: string, output: string, index: number): string {
    return this.place === 'graph' ? `${name}:${index}` : `${name}:${output}:${index}`;
  }

  constant(type: TypeName, shape: readonly number[], values: Float32Array | Int32Array | Uint8Array): string {
    const attributes = { dtype: attribute.type(type), value: attribute.tensor(type, shape, values) };
    return this.add('Const', [], attributes, 'output');
  }

  ints(values: readonly number[]): string {
    return this.constant('int32', [values.length], Int32Array.from(values));
  }

  int(value: number): string {
    return this.constant('int32', [], Int32Array.of(value));
  }
}

/** Returns the control input `^node` that waits for the node of a reference. */
export function after(reference: string): string {
  return `^${reference.split(':')[0]!}`;
}

export interface Argument {
  readonly name: string;
  readonly type: TypeName;
}

/** Builds a library function (FunctionDef). @param results reference of each result, by name */
export function functionMessage(
  name: string,
  inputs: readonly Argument[],
  outputs: readonly Argument[],
  nodes: NodeList,
  results: Readonly<Record<string, string>>,
): ProtobufMessage {
  const argument = ({ name, type }: Argument): ProtobufMessage =>
    new ProtobufMessage().string(1, name).varint(3, DataType[type]);
  const signature = new ProtobufMessage()
    .string(1, name)
    .messages(2, inputs.map(argument))
    .messages(3, outputs.map(argument));
  return new ProtobufMessage().message(1, signature).messages(3, nodes.nodes).map(4, Object.entries(results));
}

/** Producer version of TensorFlow 2.9, which every later version reads. */
const PRODUCER_VERSION = 1087;

/** Encodes saved_model.pb: one graph under the tag `serve`. */
export function savedModel(graph: NodeList, functions: readonly ProtobufMessage[]): Uint8Array {
  const definition = new ProtobufMessage()
    .messages(1, graph.nodes)
    .message(2, new ProtobufMessage().messages(1, functions))
    .message(4, new ProtobufMessage().varint(1, PRODUCER_VERSION));
  const metaGraph = new ProtobufMessage()
    .message(1, new ProtobufMessage().string(4, 'serve'))
    .message(2, definition);
  return new ProtobufMessage().varint(1, 1).message(2, metaGraph).encode();
}
