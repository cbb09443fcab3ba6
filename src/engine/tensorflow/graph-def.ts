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

/** Value of an attribute of a node, as plain data. In shapes, -1 is an unknown size. */
export type AttributeValue =
  | { readonly type: TypeName }
  | { readonly int: number }
  | { readonly flag: boolean }
  | { readonly text: string }
  | { readonly shape: readonly number[] }
  | { readonly function: string }
  | { readonly ints: readonly number[] }
  | { readonly types: readonly TypeName[] }
  | { readonly shapes: readonly (readonly number[])[] }
  | { readonly tensor: TensorValue };

export interface TensorValue {
  readonly type: TypeName;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** Builders of attribute values. */
export const attribute = {
  type: (type: TypeName): AttributeValue => ({ type }),
  int: (int: number): AttributeValue => ({ int }),
  flag: (flag: boolean): AttributeValue => ({ flag }),
  text: (text: string): AttributeValue => ({ text }),
  shape: (shape: readonly number[]): AttributeValue => ({ shape }),
  function: (name: string): AttributeValue => ({ function: name }),
  ints: (ints: readonly number[]): AttributeValue => ({ ints }),
  types: (types: readonly TypeName[]): AttributeValue => ({ types }),
  shapes: (shapes: readonly (readonly number[])[]): AttributeValue => ({ shapes }),
  tensor: (
    type: TypeName,
    shape: readonly number[],
    values: Float32Array | Int32Array | Uint8Array,
  ): AttributeValue => ({ tensor: { type, shape, values } }),
};

/** Encodes an attribute's value (AttrValue). */
function attributeMessage(value: AttributeValue): ProtobufMessage {
  const message = new ProtobufMessage();
  const list = (of: ProtobufMessage): ProtobufMessage => message.message(AttrValue.list, of);
  if ('type' in value) return message.varint(AttrValue.type, DataType[value.type]);
  if ('int' in value) return message.varint(AttrValue.i, value.int);
  if ('flag' in value) return message.varint(AttrValue.b, value.flag);
  if ('text' in value) return message.string(AttrValue.s, value.text);
  if ('shape' in value) return message.message(AttrValue.shape, shapeMessage(value.shape));
  if ('function' in value)
    return message.message(AttrValue.func, new ProtobufMessage().string(NameAttrList.name, value.function));
  if ('ints' in value) return list(new ProtobufMessage().packedVarints(ListValue.i, value.ints));
  if ('types' in value)
    return list(
      new ProtobufMessage().packedVarints(
        ListValue.type,
        value.types.map((name) => DataType[name]),
      ),
    );
  if ('shapes' in value)
    return list(new ProtobufMessage().messages(ListValue.shape, value.shapes.map(shapeMessage)));
  const { type, shape, values } = value.tensor;
  return message.message(
    AttrValue.tensor,
    new ProtobufMessage()
      .varint(TensorProto.dtype, DataType[type])
      .message(TensorProto.tensorShape, shapeMessage(shape))
      .bytes(TensorProto.tensorContent, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
}

export type AttributeMap = Readonly<Record<string, AttributeValue>>;

/** A node (NodeDef) as plain data. */
export interface NodeDefinition {
  readonly name: string;
  readonly operation: string;
  /** Control inputs come last. */
  readonly inputs: readonly string[];
  readonly attributes: AttributeMap;
}

const attributeEntries = (attributes: AttributeMap): (readonly [string, ProtobufMessage])[] =>
  Object.entries(attributes).map(([key, value]) => [key, attributeMessage(value)] as const);

const nodeMessage = ({ name, operation, inputs, attributes }: NodeDefinition): ProtobufMessage =>
  new ProtobufMessage()
    .string(NodeDef.name, name)
    .string(NodeDef.op, operation)
    .strings(NodeDef.input, inputs)
    .map(NodeDef.attr, attributeEntries(attributes));

/**
 * Nodes of the graph itself or of a library function. The two differ only in how inputs are written: `node:0` in the graph,
 * `node:output name:0` in a function.
 */
export class NodeList {
  readonly nodes: NodeDefinition[] = [];
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
    const ordered = [
      ...inputs.filter((input) => !input.startsWith('^')),
      ...inputs.filter((input) => input.startsWith('^')),
    ];
    this.nodes.push({ name: own, operation, inputs: ordered, attributes });
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
    .messages(FunctionDef.nodeDef, nodes.nodes.map(nodeMessage))
    .map(FunctionDef.ret, Object.entries(results))
    .map(FunctionDef.attr, attributeEntries(attributes));
}

/** Producer version of TensorFlow 2.9, which every later version reads. */
const PRODUCER_VERSION = 1087;

/** Encodes saved_model.pb: one graph under the tag `serve`. */
export function savedModel(graph: NodeList, functions: readonly ProtobufMessage[]): Uint8Array {
  const definition = new ProtobufMessage()
    .messages(GraphDef.node, graph.nodes.map(nodeMessage))
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
