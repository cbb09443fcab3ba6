import { ProtobufMessage } from '../protobuf';
import { FORMAT_VERSIONS, OPERATOR_SET } from './model';
import type {
  AttributeKind,
  AttributeValues,
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxValue,
} from './model';
import { checkTensor } from './tensor';
import type { ElementType, OnnxTensor } from './tensor';

/** Field numbers and enums of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, by its names. */
const ModelProto = {
  ...{ irVersion: 1, producerName: 2, producerVersion: 3, docString: 6, graph: 7 },
  ...{ opsetImport: 8, metadataProps: 14 },
};
const OperatorSetIdProto = { domain: 1, version: 2 };
const GraphProto = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NodeProto = { input: 1, output: 2, name: 3, opType: 4, attribute: 5 };
const AttributeProto = { name: 1, f: 2, i: 3, s: 4, t: 5, g: 6, floats: 7, ints: 8, type: 20 };
const TensorProto = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const ValueInfoProto = { name: 1, type: 2, docString: 3 };
const TypeProto = { tensorType: 1 };
const TensorTypeProto = { elemType: 1, shape: 2 };
const TensorShapeProto = { dim: 1 };
const DimensionProto = { dimValue: 1, dimParam: 2 };

const DATA_TYPE: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** AttributeType of each kind of attribute, and how to write its value to its field of AttributeProto. */
const ATTRIBUTE: {
  [K in AttributeKind]: {
    type: number;
    write: (message: ProtobufMessage, value: AttributeValues[K]) => ProtobufMessage;
  };
} = {
  float: { type: 1, write: (message, value) => message.float(AttributeProto.f, value) },
  int: { type: 2, write: (message, value) => message.varint(AttributeProto.i, value) },
  string: { type: 3, write: (message, value) => message.string(AttributeProto.s, value) },
  tensor: { type: 4, write: (message, value) => message.message(AttributeProto.t, tensorMessage('', value)) },
  graph: { type: 5, write: (message, value) => message.message(AttributeProto.g, graphMessage(value)) },
  floats: { type: 6, write: (message, value) => message.packedFloats(AttributeProto.floats, value) },
  ints: { type: 7, write: (message, value) => message.packedVarints(AttributeProto.ints, value) },
};

/**
 * Encodes a model as the bytes of an .onnx file; equal models give equal bytes.
 * @throws RangeError for an unknown operator set
 */
export function serialiseModel(model: OnnxModel): Uint8Array {
  const { graph, metadata = {}, operatorSet = OPERATOR_SET, description, producerVersion } = model;
  const formatVersion = FORMAT_VERSIONS[operatorSet];
  if (formatVersion === undefined) {
    const known = Object.keys(FORMAT_VERSIONS);
    throw new RangeError(`operator set: got ${operatorSet}, expected one of ${known.join(', ')}`);
  }
  const operators = new ProtobufMessage()
    .string(OperatorSetIdProto.domain, '')
    .varint(OperatorSetIdProto.version, operatorSet);
  const message = new ProtobufMessage()
    .varint(ModelProto.irVersion, formatVersion)
    .string(ModelProto.producerName, 'latent-explorer');
  if (producerVersion !== undefined) message.string(ModelProto.producerVersion, producerVersion);
  if (description !== undefined) message.string(ModelProto.docString, description);
  return message
    .message(ModelProto.graph, graphMessage(graph))
    .message(ModelProto.opsetImport, operators)
    .map(ModelProto.metadataProps, Object.entries(metadata))
    .encode();
}

function graphMessage({ name, nodes, initializers = {}, inputs, outputs }: OnnxGraph): ProtobufMessage {
  return new ProtobufMessage()
    .messages(GraphProto.node, nodes.map(nodeMessage))
    .string(GraphProto.name, name)
    .messages(
      GraphProto.initializer,
      Object.entries(initializers).map(([key, tensor]) => tensorMessage(key, tensor)),
    )
    .messages(GraphProto.input, inputs.map(valueMessage))
    .messages(GraphProto.output, outputs.map(valueMessage));
}

function nodeMessage({ operator, inputs, outputs, attributes = {}, name }: OnnxNode): ProtobufMessage {
  const message = new ProtobufMessage().strings(NodeProto.input, inputs).strings(NodeProto.output, outputs);
  if (name !== undefined) message.string(NodeProto.name, name);
  return message.string(NodeProto.opType, operator).messages(
    NodeProto.attribute,
    Object.entries(attributes).map(([key, attribute]) => attributeMessage(key, attribute)),
  );
}

function attributeMessage(name: string, attribute: OnnxAttribute): ProtobufMessage {
  const [kind, value] = Object.entries(attribute)[0] as [AttributeKind, never];
  const { type, write } = ATTRIBUTE[kind];
  return write(new ProtobufMessage().string(AttributeProto.name, name), value).varint(
    AttributeProto.type,
    type,
  );
}

/**
 * Writes elements in machine byte order: like the format, all machines that Node and ONNX Runtime support are little-endian.
 */
function tensorMessage(name: string, tensor: OnnxTensor): ProtobufMessage {
  checkTensor(name, tensor);
  const { type, dims, data } = tensor;
  return new ProtobufMessage()
    .packedVarints(TensorProto.dims, dims)
    .varint(TensorProto.dataType, DATA_TYPE[type])
    .string(TensorProto.name, name)
    .bytes(TensorProto.rawData, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function valueMessage({ name, type, dims, description }: OnnxValue): ProtobufMessage {
  const shape = new ProtobufMessage().messages(TensorShapeProto.dim, dims.map(dimensionMessage));
  const tensorType = new ProtobufMessage()
    .varint(TensorTypeProto.elemType, DATA_TYPE[type])
    .message(TensorTypeProto.shape, shape);
  const valueType = new ProtobufMessage().message(TypeProto.tensorType, tensorType);
  const message = new ProtobufMessage()
    .string(ValueInfoProto.name, name)
    .message(ValueInfoProto.type, valueType);
  return description === undefined ? message : message.string(ValueInfoProto.docString, description);
}

function dimensionMessage(dim: number | string): ProtobufMessage {
  return typeof dim === 'string'
    ? new ProtobufMessage().string(DimensionProto.dimParam, dim)
    : new ProtobufMessage().varint(DimensionProto.dimValue, dim);
}
