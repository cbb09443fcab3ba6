import type { ElementType, OnnxTensor } from './tensor';

/**
 * An ONNX model as plain data: the parts that we write of ModelProto, GraphProto, NodeProto, ValueInfoProto and AttributeProto
 * in https://github.com/onnx/onnx/blob/main/docs/IR.md. `encodeModel` turns it into a file.
 */
export interface OnnxModel {
  readonly graph: OnnxGraph;
  /** Version of the operator set of ai.onnx, a key of `FORMAT_VERSIONS`; `OPERATOR_SET` if absent. */
  readonly operatorSet?: number;
  /** Free text by key, e.g. the run that the model comes from. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the model computes, for people: viewers such as Netron show it. */
  readonly description?: string;
  readonly producerVersion?: string;
}

/** Operator set of ai.onnx, in which every reduction takes its axes as an input. */
export const OPERATOR_SET = 18;

/** IR version released with each operator set, see https://github.com/onnx/onnx/blob/main/docs/Versioning.md. */
export const FORMAT_VERSIONS: Readonly<Record<number, number>> = {
  ...{ 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, [OPERATOR_SET]: 8 },
  ...{ 19: 9, 20: 9, 21: 10, 22: 10, 23: 11 },
};

/**
 * A graph whose nodes are in topological order. Names are unique within a graph and the graphs nested in it; a graph in a
 * node's attribute can also use the values of the enclosing graph.
 */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  /** Constants by the name that nodes use. */
  readonly initializers?: Readonly<Record<string, OnnxTensor>>;
}

/** A name with its type. A string dimension can have any size, the same wherever that string occurs. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
  /** What it is, for people. */
  readonly description?: string;
}

export interface OnnxNode {
  /** Operator name, e.g. `Gemm`. */
  readonly operator: string;
  /** Names of values; '' for an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** For debugging and the runtime's error messages. */
  readonly name?: string;
}

/** Value type of each kind of attribute; a JavaScript number alone does not say whether it is an int or a float. */
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
