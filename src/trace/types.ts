/** Element types of tfjs, in which functions are traced. */
export type TensorDtype = 'float32' | 'int32' | 'bool';

/** Element types of a graph: operands of products may be cast to half of single precision (bfloat16-products.ts). */
export type Dtype = TensorDtype | 'bfloat16';

/** A size or position: an integer, or `perBatch` * batch + `constant` if it depends on the batch size. */
export type Dimension = number | { readonly perBatch: number; readonly constant: number };

/** Shape and element type of a node's result. */
export interface Type {
  readonly shape: readonly Dimension[];
  readonly dtype: Dtype;
}

/** A type at one batch size. */
export interface ConcreteType extends Type {
  readonly shape: readonly number[];
}

/** Error for a function that cannot be traced or a graph that is not legal; the message says what and where. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}
