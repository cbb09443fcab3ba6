import { ProtobufMessage } from '../protobuf';
import { FORMAT_VERSION, OPERATOR_SET } from './model';
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

/** Field numbers and enums in this file come from https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const DATA_TYPE: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
};

/** AttributeType of each kind of attribute, and how to write its value to its field of AttributeProto. */
const ATTRIBUTE: {
  [K in AttributeKind]: {
    type: number;
    write: (message: ProtobufMessage, value: AttributeValues[K]) => ProtobufMessage;
  };
} = {
  float: { type: 1, write: (message, value) => message.float(2, value) },
  int: { type: 2, write: (message, value) => message.varint(3, value) },
  string: { type: 3, write: (message, value) => message.string(4, value) },
  tensor: { type: 4, write: (message, value) => message.message(5, tensorMessage('', value)) },
  graph: { type: 5, write: (message, value) => message.message(6, graphMessage(value)) },
  floats: { type: 6, write: (message, value) => message.packedFloats(7, value) },
  ints: { type: 7, write: (message, value) => message.packedVarints(8, value) },
};

/** Encodes a model as the bytes of an .onnx file; equal models give equal bytes. */
export function serialiseModel({ graph, metadata = {} }: OnnxModel): Uint8Array {
  return new ProtobufMessage()
    .varint(1, FORMAT_VERSION)
    .string(2, 'latent-explorer')
    .message(7, graphMessage(graph))
    .message(8, new ProtobufMessage().string(1, '').varint(2, OPERATOR_SET))
    .map(14, Object.entries(metadata))
    .encode();
}

function graphMessage({ name, nodes, initializers = {}, inputs, outputs }: OnnxGraph): ProtobufMessage {
  return new ProtobufMessage()
    .messages(1, nodes.map(nodeMessage))
    .string(2, name)
    .messages(
      5,
      Object.entries(initializers).map(([key, tensor]) => tensorMessage(key, tensor)),
    )
    .messages(11, inputs.map(valueMessage))
    .messages(12, outputs.map(valueMessage));
}

function nodeMessage({ operator, inputs, outputs, attributes = {}, name }: OnnxNode): ProtobufMessage {
  const message = new ProtobufMessage().strings(1, inputs).strings(2, outputs);
  if (name !== undefined) message.string(3, name);
  return message.string(4, operator).messages(
    5,
    Object.entries(attributes).map(([key, attribute]) => attributeMessage(key, attribute)),
  );
}

function attributeMessage(name: string, attribute: OnnxAttribute): ProtobufMessage {
  const [kind, value] = Object.entries(attribute)[0] as [AttributeKind, never];
  const { type, write } = ATTRIBUTE[kind];
  return write(new ProtobufMessage().string(1, name), value).varint(20, type);
}

/**
 * Writes elements in machine byte order: like the format, all machines that Node and ONNX Runtime support are little-endian.
 */
function tensorMessage(name: string, tensor: OnnxTensor): ProtobufMessage {
  checkTensor(name, tensor);
  const { type, dims, data } = tensor;
  return new ProtobufMessage()
    .packedVarints(1, dims)
    .varint(2, DATA_TYPE[type])
    .string(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function valueMessage({ name, type, dims }: OnnxValue): ProtobufMessage {
  const shape = new ProtobufMessage().messages(1, dims.map(dimensionMessage));
  const tensorType = new ProtobufMessage().varint(1, DATA_TYPE[type]).message(2, shape);
  return new ProtobufMessage().string(1, name).message(2, new ProtobufMessage().message(1, tensorType));
}

function dimensionMessage(dim: number | string): ProtobufMessage {
  return typeof dim === 'string'
    ? new ProtobufMessage().string(2, dim)
    : new ProtobufMessage().varint(1, dim);
}
