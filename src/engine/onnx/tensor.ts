import { halfBits } from './half-precision';

/** Array type of each element type; booleans are bytes, 0 or 1. */
interface ElementArrays {
  readonly float32: Float32Array;
  /** The bits of each number. */
  readonly float16: Uint16Array;
  readonly uint8: Uint8Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly bool: Uint8Array;
}

export type ElementType = keyof ElementArrays;

/** A tensor with its elements in row-major order; a scalar's `dims` are []. */
export type OnnxTensor<T extends ElementType = ElementType> = {
  [K in T]: { readonly type: K; readonly dims: readonly number[]; readonly data: ElementArrays[K] };
}[T];

/** Checks that a tensor has as many elements as its dims imply. @throws RangeError if not */
export function checkTensor(name: string, { type, dims, data }: OnnxTensor): void {
  const expected = dims.reduce((count, dim) => count * dim, 1);
  if (data.length !== expected) {
    throw new RangeError(
      `tensor '${name}' has ${data.length} elements, expected ${expected} for ${type}[${dims.join(', ')}]`,
    );
  }
}

/** Creates a small tensor, e.g. a constant, from plain numbers. */
export function onnxTensor<T extends ElementType>(
  type: T,
  dims: readonly number[],
  values: readonly number[],
): OnnxTensor<T> {
  return { type, dims, data: makers[type](values) };
}

const makers: { [K in ElementType]: (values: readonly number[]) => ElementArrays[K] } = {
  float32: (values) => Float32Array.from(values),
  float16: (values) => Uint16Array.from(values, halfBits),
  uint8: (values) => Uint8Array.from(values),
  int32: (values) => Int32Array.from(values),
  int64: (values) => BigInt64Array.from(values, BigInt),
  bool: (values) => Uint8Array.from(values),
};
