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

/** Something cannot be traced, or a graph is not legal; the message says what and where. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}
