import type { Attributes, Operation } from './operations';
import type { Type } from './types';

/** One operation, identified by its index in the graph's list; its inputs come before it. */
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
  /** Index of the node. */
  readonly node: number;
}

/** A pure function from named tensors to named tensors. Its inputs are the `Input` nodes. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly outputs: readonly Output[];
}
