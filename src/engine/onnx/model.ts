import type { ElementType, OnnxTensor } from './tensor';

/**
 * An ONNX model as plain data: what https://github.com/onnx/onnx/blob/main/docs/IR.md calls ModelProto, GraphProto,
 * NodeProto, ValueInfoProto and AttributeProto, as far as we write them. `encodeModel` makes the file of it.
 */
export interface OnnxModel {
  readonly graph: OnnxGraph;
  /** Free text by key, such as the run that the model is from. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Operator set of ai.onnx; in 18 every reduction takes its axes as an input. */
export const OPERATOR_SET = 18;

/** Version of the format that came out with that operator set (ONNX 1.13). */
export const FORMAT_VERSION = 8;

/**
 * Nodes in an order in which every value is made before it is used. Names are unique within a graph and the graphs inside it;
 * a graph inside a node's attribute also sees the values of the graph around it.
 */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  /** Constants by the name under which nodes use them. */
  readonly initializers?: Readonly<Record<string, OnnxTensor>>;
}

/** A name with its type. A dimension that is a string may be of any size, the same wherever it has that name. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

export interface OnnxNode {
  /** Name of the operator, such as `Gemm`. */
  readonly operator: string;
  /** Names of values; '' is an optional one that is not given. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** For people and for the runtime's messages. */
  readonly name?: string;
}

/** Each kind of attribute with its value; a JavaScript number alone would not say whether it is an int or a float. */
export interface AttributeValues {
  readonly int: number | bigint;
  readonly float: number;
  readonly string: string;
  readonly ints: readonly (number | bigint)[];
  readonly floats: readonly number[];
  readonly tensor: OnnxTensor;
  readonly graph: OnnxGraph;
}

export type AttributeKind = keyof AttributeValues;

/** `{ int: 1 }`, `{ graph: body }`, ... */
export type OnnxAttribute = { [K in AttributeKind]: Readonly<Record<K, AttributeValues[K]>> }[AttributeKind];
