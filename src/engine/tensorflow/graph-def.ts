import { ProtobufMessage } from '../protobuf';
import { DataType } from './binding';

/** Builders of TensorFlow's graph messages. Field numbers from tensorflow/core/{framework,protobuf}/*.proto, by their names. */
const AttrValue = { list: 1, s: 2, i: 3, b: 5, type: 6, shape: 7, tensor: 8, func: 10 };
const ListValue = { i: 3, type: 6, shape: 7 };
const NameAttrList = { name: 1 };
const TensorShapeProto = { dim: 2 };
const Dim = { size: 1 };
const TensorProto = { dtype: 1, tensorShape: 2, tensorContent: 4 };
const NodeDef = { name: 1, op: 2, input: 3, attr: 5 };
const ArgDef = { name: 1, type: 3 };
const OpDef = { name: 1, inputArg: 2, outputArg: 3 };
const FunctionDef = { signature: 1, nodeDef: 3, ret: 4, attr: 5 };
const FunctionDefLibrary = { function: 1 };
const VersionDef = { producer: 1 };
const GraphDef = { node: 1, library: 2, versions: 4 };
const MetaInfoDef = { tags: 4 };
const MetaGraphDef = { metaInfoDef: 1, graphDef: 2 };
const SavedModel = { schemaVersion: 1, metaGraphs: 2 };

export type TypeName = keyof typeof DataType;

const shapeMessage = (shape: readonly number[]): ProtobufMessage =>
  new ProtobufMessage().messages(
    TensorShapeProto.dim,
    shape.map((size) => new ProtobufMessage().varint(Dim.size, size)),
  );

/** Builders of attribute values (AttrValue). In shapes, -1 is an unknown size. */
export const attribute = {
  type: (name: TypeName): ProtobufMessage => new ProtobufMessage().varint(AttrValue.type, DataType[name]),
  int: (value: number): ProtobufMessage => new ProtobufMessage().varint(AttrValue.i, value),
  flag: (value: boolean): ProtobufMessage => new ProtobufMessage().varint(AttrValue.b, value),
  text: (value: string): ProtobufMessage => new ProtobufMessage().string(AttrValue.s, value),
  shape: (shape: readonly number[]): ProtobufMessage =>
    new ProtobufMessage().message(AttrValue.shape, shapeMessage(shape)),
  function: (name: string): ProtobufMessage =>
    new ProtobufMessage().message(AttrValue.func, new ProtobufMessage().string(NameAttrList.name, name)),
  ints: (values: readonly number[]): ProtobufMessage =>
    new ProtobufMessage().message(AttrValue.list, new ProtobufMessage().packedVarints(ListValue.i, values)),
  types: (names: readonly TypeName[]): ProtobufMessage =>
    new ProtobufMessage().message(
      AttrValue.list,
      new ProtobufMessage().packedVarints(
        ListValue.type,
        names.map((name) => DataType[name]),
      ),
    ),
  shapes: (shapes: readonly (readonly number[])[]): ProtobufMessage =>
    new ProtobufMessage().message(
      AttrValue.list,
      new ProtobufMessage().messages(ListValue.shape, shapes.map(shapeMessage)),
    ),
  tensor: (
    type: TypeName,
    shape: readonly number[],
    values: Float32Array | Int32Array | Uint8Array,
  ): ProtobufMessage =>
    new ProtobufMessage().message(
      AttrValue.tensor,
      new ProtobufMessage()
        .varint(TensorProto.dtype, DataType[type])
        .message(TensorProto.tensorShape, shapeMessage(shape))
        .bytes(
          TensorProto.tensorContent,
          new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
        ),
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
        .string(NodeDef.name, own)
        .string(NodeDef.op, operation)
        .strings(NodeDef.input, ordered)
        .map(NodeDef.attr, Object.entries(attributes)),
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
  attributes: AttributeMap = {},
): ProtobufMessage {
  const argument = ({ name, type }: Argument): ProtobufMessage =>
    new ProtobufMessage().string(ArgDef.name, name).varint(ArgDef.type, DataType[type]);
  const signature = new ProtobufMessage()
    .string(OpDef.name, name)
    .messages(OpDef.inputArg, inputs.map(argument))
    .messages(OpDef.outputArg, outputs.map(argument));
  return new ProtobufMessage()
    .message(FunctionDef.signature, signature)
    .messages(FunctionDef.nodeDef, nodes.nodes)
    .map(FunctionDef.ret, Object.entries(results))
    .map(FunctionDef.attr, Object.entries(attributes));
}

/** Producer version of TensorFlow 2.9, which every later version reads. */
const PRODUCER_VERSION = 1087;

/** Encodes saved_model.pb: one graph under the tag `serve`. */
export function savedModel(graph: NodeList, functions: readonly ProtobufMessage[]): Uint8Array {
  const definition = new ProtobufMessage()
    .messages(GraphDef.node, graph.nodes)
    .message(GraphDef.library, new ProtobufMessage().messages(FunctionDefLibrary.function, functions))
    .message(GraphDef.versions, new ProtobufMessage().varint(VersionDef.producer, PRODUCER_VERSION));
  const metaGraph = new ProtobufMessage()
    .message(MetaGraphDef.metaInfoDef, new ProtobufMessage().string(MetaInfoDef.tags, 'serve'))
    .message(MetaGraphDef.graphDef, definition);
  return new ProtobufMessage()
    .varint(SavedModel.schemaVersion, 1)
    .message(SavedModel.metaGraphs, metaGraph)
    .encode();
}
