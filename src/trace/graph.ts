import type { Attributes, Operation } from './operations';

export type Dtype = 'float32' | 'int32' | 'bool';

/** A size or position: a whole number, or `perBatch` * batch + `constant` where it depends on the batch size. */
export type Dimension = number | { readonly perBatch: number; readonly constant: number };

/** What a node computes: shape and element type. */
export interface Type {
  readonly shape: readonly Dimension[];
  readonly dtype: Dtype;
}

/** The same at one batch size. */
export interface ConcreteType extends Type {
  readonly shape: readonly number[];
}

/** One operation. Its place in the graph's list is its number; inputs come before it. */
export type Node = {
  readonly [K in Operation]: {
    readonly operation: K;
    readonly inputs: readonly number[];
    readonly attributes: Attributes[K];
    readonly type: Type;
  };
}[Operation];

export type NodeOf<K extends Operation> = Extract<Node, { readonly operation: K }>;

export interface Output {
  readonly name: string;
  /** Number of the node. */
  readonly node: number;
}

/** A pure function from named tensors to named tensors. Its inputs are the nodes `Input`. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly outputs: readonly Output[];
}

/** Something cannot be traced, or a graph is not legal; the message says what and where. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}
